"""The list of banks and branches that the operator imports, and the words under which they are found.

Words are bytes: so each database compares them by their letters alone, whatever its language, and an index finds every
word with one beginning.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from account_center.kit.bank_account import CNAPS_LENGTH

MOST_IN_A_NAME = 120


class ListedBank(models.Model):
    """A bank of the list. ``code``: that of a bank which the product knows by itself."""

    name = models.CharField(max_length=MOST_IN_A_NAME, unique=True)
    code = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="one_listed_bank_per_code")
        ]


class ListedBankWord(models.Model):
    bank = models.ForeignKey(ListedBank, on_delete=models.CASCADE, related_name="words")
    word = models.BinaryField(max_length=48)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["word", "bank"], name="a_word_once_per_bank")]


class BankBranch(models.Model):
    """A branch of the list."""

    id = models.BigIntegerField(primary_key=True)  # its CNAPS number
    bank = models.ForeignKey(ListedBank, on_delete=models.CASCADE, related_name="branches", db_index=False)
    name = models.CharField(max_length=MOST_IN_A_NAME)
    city = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["bank", "id"], name="branches_of_a_bank")]

    @property
    def number(self) -> str:
        """As people write it."""
        return f"{self.id:0{CNAPS_LENGTH}d}"


class BankBranchWord(models.Model):
    # Found by bank and word together, never by the bank alone.
    bank = models.ForeignKey(ListedBank, on_delete=models.CASCADE, related_name="+", db_index=False)
    word = models.BinaryField(max_length=48)
    branch = models.ForeignKey(BankBranch, on_delete=models.CASCADE, related_name="words")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bank", "word", "branch"], name="a_word_once_per_branch")
        ]
