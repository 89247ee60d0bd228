from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0010_say_whether_clients_are_told"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="draft",
            index=models.Index(
                condition=models.Q(
                    ("failure", ""),
                    ("replaces__isnull", False),
                    ("waits_for__isnull", True),
                    ("external_at", None),
                    ("goes_at", None),
                    ("issues_at", None),
                ),
                fields=["organization", "id"],
                name="drafts_awaiting_decision",
            ),
        ),
    ]
