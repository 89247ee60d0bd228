from django.db import migrations, models

READ_TO = """
UPDATE support_readmark AS mark SET read_to = (
  SELECT message.id FROM support_message AS message
  WHERE message.organization_id = mark.organization_id
    AND message.conversation_id = mark.conversation_id AND message.said_at <= mark.read_at
  ORDER BY message.id DESC LIMIT 1
);
DELETE FROM support_readmark WHERE read_to IS NULL
"""
"""A mark now names the last message that was there at its moment."""


class Migration(migrations.Migration):
    dependencies = [
        ("support", "0002_show_what_is_over"),
    ]

    operations = [
        migrations.AddField(
            model_name="readmark",
            name="read_to",
            field=models.UUIDField(null=True),
        ),
        migrations.RunSQL(READ_TO, migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name="readmark",
            name="read_at",
        ),
        migrations.AlterField(
            model_name="readmark",
            name="read_to",
            field=models.UUIDField(),
        ),
    ]
