"""Why a picture is refused, and the words for it."""

from django.utils.translation import gettext_lazy as _

from account_center.kit.refused import Busy, Invalid, NotFound, Refused
from account_center.plumbing.wording import Wording, words


class EmptyFile(Invalid):
    code = "documents.empty_file"


class NotAnImage(Invalid):
    code = "documents.not_an_image"


class WrongFileKind(Invalid):
    """A known kind that we never take (GIF, TIFF …). Fact: ``kind``."""

    code = "documents.wrong_file_kind"


class FileTooLarge(Invalid):
    """Fact: ``limit`` in megabytes."""

    code = "documents.file_too_large"


class TooManyPixels(Invalid):
    """Facts: ``width``, ``height``, ``limit`` in millions of pixels."""

    code = "documents.too_many_pixels"


class ImageTooSmall(Invalid):
    """Facts: ``width``, ``height``, ``limit`` for the shorter side, in pixels."""

    code = "documents.image_too_small"


class AnimatedImage(Invalid):
    code = "documents.animated_image"


class DamagedImage(Invalid):
    code = "documents.damaged_image"


class ImageTooHard(Invalid):
    """Decoding went over its limit of time or memory."""

    code = "documents.image_too_hard"


class HeicNotHere(Invalid):
    """This house was installed without what opens HEIC."""

    code = "documents.heic_not_here"


class PdfNotHere(Invalid):
    """A PDF where a photo is needed."""

    code = "documents.pdf_not_here"


class LockedPdf(Invalid):
    """It opens only with a password."""

    code = "documents.locked_pdf"


class DamagedPdf(Invalid):
    code = "documents.damaged_pdf"


class DynamicPdf(Invalid):
    """An XFA form: only one maker's reader can show it."""

    code = "documents.dynamic_pdf"


class EmptyPdf(Invalid):
    """No page, or nothing on any page."""

    code = "documents.empty_pdf"


class TooManyPages(Invalid):
    """Facts: ``pages``, ``limit``."""

    code = "documents.too_many_pages"


class PdfTooHard(Invalid):
    """Drawing its pages went over the limit of time or memory."""

    code = "documents.pdf_too_hard"


class DecodersBusy(Busy):
    """All decoding places are taken, or no child process could be started."""

    code = "documents.decoders_busy"


class ReaderBusy(Busy):
    """Another picture is being read by machine right now. Only the worker meets this."""

    code = "documents.reader_busy"


class StoreAway(Busy):
    """The disk is full or gives errors. Nothing was kept."""

    code = "documents.store_away"


class ImageNotFound(NotFound):
    code = "documents.image_not_found"


class ImageErased(Refused):
    """Fact: ``erased_on``, an ISO date."""

    code = "documents.image_erased"


class ImageHeld(Refused):
    """A legal hold forbids erasing."""

    code = "documents.image_held"


_TAKE_A_PHOTO = _("Take a photo of it with your phone, or save it as JPEG, and choose that file.")

words(
    {
        EmptyFile: Wording(
            what=_("The file is empty."),
            why=_("Not a single byte arrived; the photo was perhaps not saved or not yet downloaded to this device."),
            todo=_("Open the photo on your device to see that it is there, then choose it again."),
        ),
        NotAnImage: Wording(
            what=_("This file is neither a picture nor a PDF."),
            why=_("Its content is of another kind, whatever its name says."),
            todo=_TAKE_A_PHOTO,
        ),
        WrongFileKind: Wording(
            what=_("{kind} files are not taken here."),
            why=_("Pictures are taken as JPEG, PNG or WebP, papers also as PDF."),
            todo=_TAKE_A_PHOTO,
        ),
        HeicNotHere: Wording(
            what=_("HEIC pictures cannot be opened here."),
            why=_("iPhones and some other phones save photos in this format; most programs cannot read it."),
            todo=_(
                "On an iPhone choose Settings > Camera > Formats > Most Compatible and take the photo again, or save this one as JPEG."
            ),
        ),
        PdfNotHere: Wording(
            what=_("A PDF is not taken here."),
            why=_("This is a picture of a person, so it must be a photo: JPEG, PNG or WebP."),
            todo=_("Take a photo with your phone and choose that file."),
        ),
        LockedPdf: Wording(
            what=_("The PDF is locked with a password."),
            why=_("Without the password nobody here can open it, and you should not send the password."),
            todo=_("Open it, print it into a new PDF without a password, and choose that one. Or take a photo of it."),
        ),
        DamagedPdf: Wording(
            what=_("The PDF is damaged or not complete."),
            why=_("It begins like a PDF, but its pages cannot be drawn; often a download or a transfer broke off."),
            todo=_("Open it on your device to see if it is whole, or take a photo of the paper."),
        ),
        DynamicPdf: Wording(
            what=_("The PDF is a form that only Adobe's own program can show."),
            why=_("Its pages are made by that program while it is open; everybody else sees an empty page."),
            todo=_("Open it in that program, print it into a new PDF, and choose that one. Or take a photo of it."),
        ),
        EmptyPdf: Wording(
            what=_("There is nothing on the pages of this PDF."),
            why=_("Every page is empty, or there is none."),
            todo=_("Open it on your device to see what is on it, scan the paper again, or take a photo of it."),
        ),
        TooManyPages: Wording(
            what=_("The PDF has {pages} pages."),
            why=_("Up to {limit} pages are taken; they become one picture."),
            todo=_("Print only the pages that are asked for into a new PDF, and choose that one."),
        ),
        PdfTooHard: Wording(
            what=_("The PDF cannot be drawn in reasonable time."),
            why=_("Drawing its pages used up the time or the memory that one file may use."),
            todo=_("Print it into a new PDF, or take a photo of the paper, and choose that file."),
        ),
        FileTooLarge: Wording(
            what=_("The file is larger than {limit} MB."),
            why=_("A picture may have up to {limit} MB, which is plenty for every detail of a document."),
            todo=_(
                "Take the photo at a lower resolution, or send it to yourself in a smaller size, and choose that one."
            ),
        ),
        TooManyPixels: Wording(
            what=_("The picture is too large: {width} × {height} pixels."),
            why=_("Up to {limit} million pixels are decoded."),
            todo=_("Take the photo at a lower resolution, or make it smaller, and choose it again."),
        ),
        ImageTooSmall: Wording(
            what=_("The picture is too small: {width} × {height} pixels."),
            why=_("Nothing could be read on it: the shorter side needs at least {limit} pixels."),
            todo=_("Take the photo again from nearer, and choose the original, not a preview."),
        ),
        AnimatedImage: Wording(
            what=_("The picture moves."),
            why=_("An animation cannot stand for a document or a face."),
            todo=_("Choose a still photo in JPEG, PNG or WebP."),
        ),
        DamagedImage: Wording(
            what=_("The picture is damaged or not complete."),
            why=_(
                "It begins like a picture, but the rest cannot be decoded; often a download or a transfer broke off."
            ),
            todo=_("Open it on your device to see if it is whole, or take the photo again."),
        ),
        ImageTooHard: Wording(
            what=_("The picture cannot be decoded in reasonable time."),
            why=_("Decoding it used up the time or the memory that one picture may use."),
            todo=_("Take a new photo, or save this one as JPEG, and choose that file."),
        ),
        DecodersBusy: Wording(
            what=_("Many pictures are being uploaded right now."),
            why=_("Only a few are decoded at the same time, so that everything else stays quick. Nothing was saved."),
            todo=_("Send it again in a few seconds."),
        ),
        ReaderBusy: Wording(
            what=_("Another picture is being read by machine right now."),
            why=_("One at a time is read, so that everything else stays quick."),
            todo=_("Nothing needs to be done: it is read as soon as there is a place."),
        ),
        StoreAway: Wording(
            what=_("Pictures cannot be kept or opened at the moment."),
            why=_("Our store for pictures does not answer. Nothing was saved or lost."),
            todo=_("Try again in a few minutes."),
        ),
        ImageNotFound: Wording(
            what=_("There is no such picture."),
            todo=_("Go back and open it from its page again."),
        ),
        ImageErased: Wording(
            what=_("This picture has been erased."),
            why=_(
                "Pictures of documents and faces are kept only as long as they are needed; its time ended on {erased_on}."
            ),
            todo=_("If the picture is needed again, ask the customer for a new one."),
        ),
        ImageHeld: Wording(
            what=_("This picture must not be erased now."),
            why=_("A legal hold is on it."),
            todo=_("Release the hold first, or wait until it is released."),
        ),
    }
)
