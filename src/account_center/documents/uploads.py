"""Uploads stay in memory: a picture of a document never lies open on a disk, not even for a moment."""

import io
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from account_center.kit.limits import Limits


class MemoryOnly(FileUploadHandler):
    """Keeps one byte more than LIMITS.image_bytes of each file and lets the rest go, so that the refusal can say why.

    Named in FILE_UPLOAD_HANDLERS instead of Django's own, which write larger files to the temporary folder.
    """

    def new_file(self, *arguments: Any, **named: Any) -> None:
        """A file begins."""
        super().new_file(*arguments, **named)
        limits: Limits = settings.LIMITS
        self._kept, self._most = io.BytesIO(), limits.image_bytes + 1

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Part of a file; None tells Django that no other handler needs it."""
        if start < self._most:
            self._kept.write(raw_data[: self._most - start])

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:  # noqa: ARG002 what was sent, not what was kept
        """The file, at most one byte longer than allowed."""
        size = self._kept.tell()
        self._kept.seek(0)
        return InMemoryUploadedFile(
            file=self._kept,
            field_name=self.field_name,
            name=self.file_name or "",
            content_type=self.content_type,
            size=size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
