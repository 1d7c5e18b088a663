"""What a field for a file takes, and says that it takes: from one list, so that the two cannot differ."""

from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from account_center.documents.queries import kinds_taken
from account_center.documents.types import FileKind

if TYPE_CHECKING:  # known to the type checker only
    from django.utils.functional import _StrPromise

MEGABYTE = 1024 * 1024
_TYPES = {
    FileKind.JPEG: ("image/jpeg",),
    FileKind.PNG: ("image/png",),
    FileKind.WEBP: ("image/webp",),
    FileKind.HEIC: ("image/heic", "image/heif", ".heic"),  # some systems know the ending only
    FileKind.PDF: ("application/pdf",),
}
# Whether HEIC and PDF are taken.
_SAID = {
    (False, False): _("JPEG, PNG or WebP, up to {size} MB."),
    (True, False): _("JPEG, PNG, WebP or HEIC, up to {size} MB."),
    (False, True): _("JPEG, PNG, WebP, or a PDF with up to {pages} pages; up to {size} MB."),
    (True, True): _("JPEG, PNG, WebP, HEIC, or a PDF with up to {pages} pages; up to {size} MB."),
}


def file_input(*, paper: bool, **attributes: str) -> forms.ClearableFileInput:
    """The control, which offers only what is taken. ``paper``: a PDF is."""
    taken = ",".join(kind for one in kinds_taken(paper=paper) for kind in _TYPES[one])
    return forms.ClearableFileInput(attrs={"accept": taken, **attributes})


def files_said(*, paper: bool) -> "_StrPromise":
    """The help text for it, in the reader's language when it is shown."""
    taken = kinds_taken(paper=paper)
    limits = settings.LIMITS
    said = _SAID[FileKind.HEIC in taken, FileKind.PDF in taken]
    return format_lazy(said, size=limits.image_bytes // MEGABYTE, pages=limits.pdf_pages)
