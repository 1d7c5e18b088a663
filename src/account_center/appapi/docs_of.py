"""What the description says of answers that are no success."""

from typing import Any

PROBLEM: dict[str, Any] = {
    "description": "Problem details (RFC 9457), in the language of Accept-Language",
    "content": {
        "application/problem+json": {
            "schema": {
                "type": "object",
                "properties": {
                    "type": {"type": "string"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                    "code": {"type": "string", "description": "Stable; decide by it, never by the sentences."},
                    "what": {"type": "string"},
                    "why": {"type": "string"},
                    "todo": {"type": "string"},
                    "field": {
                        "type": "string",
                        "description": "The member that the refusal is about, if it is about one.",
                    },
                    "links": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {"label": {"type": "string"}, "href": {"type": "string"}},
                        },
                    },
                    "faq": {"type": "string"},
                },
            },
            "example": {
                "type": "urn:account-center:refusal:signin.wrong_code",
                "title": "This is not the code.",
                "status": 422,
                "detail": "You have 4 tries left with this code.",
                "code": "signin.wrong_code",
                "what": "This is not the code.",
                "why": "You have 4 tries left with this code.",
                "todo": "Type the digits of the newest message, or have a new code sent.",
                "links": [],
                "faq": "1.19",
                "instance": "/api/v1/sign-in/code/check",
            },
        }
    },
}
ALWAYS = (409, 413, 422, 429, 503)
SIGNED_IN = (401, 403, 404)


def refusals(*more: int) -> dict[str, Any]:
    """For ``openapi_extra``: these statuses, beside those that every address may answer, carry problem details."""
    return {"responses": dict.fromkeys((*ALWAYS, *more), PROBLEM)}
