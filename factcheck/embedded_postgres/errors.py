"""What the embedded server says when it cannot do its work."""

from django.core.exceptions import ImproperlyConfigured


class EmbeddedServerError(ImproperlyConfigured):
    """One sentence for the person at the keyboard: what is wrong and what to do."""
