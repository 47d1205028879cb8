"""Mail without a mail server: the demonstration's letters lie in a folder, to be opened by any mail program."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class FolderBackend(BaseEmailBackend):
    """Each message a file of its own, whole or not there, named by its Message-ID: sent again it replaces itself."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.folder = Path(settings.EMAIL_FILE_PATH)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for each in email_messages:
            whole = each.message()
            file = self.folder / (re.sub(r"[^\w.@-]", "", whole["Message-ID"]) + ".eml")
            part = file.with_suffix(".part")
            part.write_bytes(whole.as_bytes())
            part.replace(file)
        return len(email_messages)
