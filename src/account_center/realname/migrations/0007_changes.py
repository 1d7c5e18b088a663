import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("realname", "0006_scan_with_the_phone"),
    ]

    operations = [
        migrations.AddField(
            model_name="application",
            name="change",
            field=models.CharField(
                blank=True,
                choices=[
                    ("another_person", "another_person"),
                    ("to_organisation", "to_organisation"),
                    ("renamed", "renamed"),
                    ("another_organisation", "another_organisation"),
                ],
                default="",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="application",
            name="replaces",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="changes",
                to="realname.verification",
            ),
        ),
        migrations.AlterField(
            model_name="evidence",
            name="reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("blurred", "blurred"),
                    ("cut_off", "cut_off"),
                    ("reflection", "reflection"),
                    ("other_side", "other_side"),
                    ("expired", "expired"),
                    ("other_name", "other_name"),
                    ("other_number", "other_number"),
                    ("purpose", "purpose"),
                    ("not_the_original", "not_the_original"),
                    ("holder_unclear", "holder_unclear"),
                    ("seal_missing", "seal_missing"),
                    ("letter_incomplete", "letter_incomplete"),
                    ("other_company", "other_company"),
                    ("company_name", "company_name"),
                    ("company_cancelled", "company_cancelled"),
                    ("not_signed", "not_signed"),
                    ("other_names", "other_names"),
                    ("not_this_form", "not_this_form"),
                    ("another_person_holds", "another_person_holds"),
                    ("not_this_document", "not_this_document"),
                    ("forged", "forged"),
                ],
                max_length=24,
            ),
        ),
        migrations.AlterField(
            model_name="evidence",
            name="slot",
            field=models.CharField(
                choices=[
                    ("front", "front"),
                    ("back", "back"),
                    ("holding", "holding"),
                    ("certificate", "certificate"),
                    ("id_front", "id_front"),
                    ("id_back", "id_back"),
                    ("letter", "letter"),
                    ("change_form", "change_form"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("change", ""), ("replaces__isnull", True)),
                    models.Q(models.Q(("change", ""), _negated=True), ("replaces__isnull", False)),
                    _connector="OR",
                ),
                name="a_change_says_what_it_replaces",
            ),
        ),
    ]
