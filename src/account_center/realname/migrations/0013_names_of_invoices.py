from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

WAITING = ("checking", "reviewing", "asked_again")


def tell_of_changes(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What was changed, or waits to be, before decisions about invoices spoke of it (2.3.20)."""
    standings = apps.get_model("standing", "TenantStanding").objects
    changed = apps.get_model("realname", "Verification").objects.filter(replaced_at__isnull=True)
    for tenant_id, at in changed.exclude(application__change="").values_list("tenant_id", "verified_at").iterator():
        standings.filter(tenant_id=tenant_id).update(name_since=at)
    waiting = apps.get_model("realname", "Application").objects.filter(state__in=WAITING)
    for tenant_id, at in waiting.exclude(change="").values_list("tenant_id", "created_at").iterator():
        standings.filter(tenant_id=tenant_id).update(name_waits_since=at)


class Migration(migrations.Migration):
    dependencies = [
        ("realname", "0012_refused_results"),
        ("standing", "0004_name_of_invoices"),
    ]

    operations = [migrations.RunPython(tell_of_changes, migrations.RunPython.noop)]
