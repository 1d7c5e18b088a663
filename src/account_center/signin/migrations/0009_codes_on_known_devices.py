from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("signin", "0008_changes"),
    ]

    operations = [
        migrations.AddField(
            model_name="challenge",
            name="known_device",
            # Also for the database itself: a process of the release before goes on writing rows without it.
            field=models.BooleanField(default=False, db_default=False),
        ),
    ]
