"""The keys of tenant tables: every one begins with the organization.

A row of one organization can then never be the parent of another's row, whatever the application
believes, and the tables can be distributed by organization without touching a constraint.
"""

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement


class TenantForeignKey(models.ForeignKey):  # type: ignore[type-arg]
    """A reference within one organization; `TenantReference` in Meta gives it its constraint.

    Django's own single-column constraint and index are switched off, and nothing cascades in
    Python: what is deleted with its parent says so in the database.
    """

    def __init__(self, to: Any, on_delete: Any = models.DO_NOTHING, **options: Any) -> None:
        options |= {"db_constraint": False, "db_index": False}
        options.setdefault("related_name", "+")
        super().__init__(to, on_delete, **options)


class _DeferredConstraint(models.BaseConstraint):
    """A constraint written after all tables of its migration exist.

    The migration optimizer may fold AddConstraint into CreateModel, which asks for
    `constraint_sql` instead of `create_sql`: both put the statement off.
    """

    def _statement(self, model: type[models.Model]) -> str:
        raise AssertionError(f"{model} has a key that does not write its own statement")

    def constraint_sql(
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        assert model is not None
        assert schema_editor is not None
        schema_editor.deferred_sql.append(Statement(self._statement(model).replace("%", "%%")))
        return ""

    def create_sql(
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        return self.constraint_sql(model, schema_editor)

    def remove_sql(
        self, model: type[models.Model] | None, _editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        assert model is not None
        return f'ALTER TABLE "{model._meta.db_table}" DROP CONSTRAINT "{self.name}"'

    def validate(self, *_args: Any, **_options: Any) -> None:
        """The database checks keys; forms have nothing to add."""

    def __eq__(self, other: object) -> bool:
        if isinstance(other, type(self)):
            return self.deconstruct() == other.deconstruct()
        return NotImplemented

    def __hash__(self) -> int:
        return hash((type(self), self.name))


class TenantKey(_DeferredConstraint):
    """Makes `(organization_id, id)` the primary key in place of Django's `id`.

    With it comes the reference to the organization, checked at once: Django's own would be
    deferrable.
    """

    def _statement(self, model: type[models.Model]) -> str:
        table = model._meta.db_table
        return (
            f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_pkey", '
            f'ADD CONSTRAINT "{self.name}" PRIMARY KEY (organization_id, id), '
            f'ADD CONSTRAINT "{self.name}_is_owned" FOREIGN KEY (organization_id) '
            "REFERENCES organizations_organization (id)"
        )


class TenantReference(_DeferredConstraint):
    """The composite foreign key of one `TenantForeignKey`, or of `id` where `to` is named."""

    def __init__(self, *, field: str, name: str, to: str = "", cascade: bool = False) -> None:
        super().__init__(name=name)
        self.field = field
        self.to = to
        self.cascade = cascade

    def _statement(self, model: type[models.Model]) -> str:
        field = model._meta.get_field(self.field)
        assert isinstance(field, models.Field)
        target = model._meta.apps.get_model(self.to) if self.to else field.related_model
        assert isinstance(target, type), f"{self.field} is a reference"
        rule = " ON DELETE CASCADE" if self.cascade else ""
        return (
            f'ALTER TABLE "{model._meta.db_table}" ADD CONSTRAINT "{self.name}" '
            f'FOREIGN KEY (organization_id, "{field.column}") '
            f'REFERENCES "{target._meta.db_table}" (organization_id, id){rule}'
        )

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        """What a migration writes down."""
        path, _args, options = super().deconstruct()
        options |= {"field": self.field, "to": self.to, "cascade": self.cascade}
        return path, (), options
