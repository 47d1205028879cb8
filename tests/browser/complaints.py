"""What a browser complains about in silence: scripts that fail, what the policy refuses, files that are missing."""

from playwright.sync_api import ConsoleMessage, Page, Response

REFUSALS = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error("refused by the policy: " + event.violatedDirective + " " + event.blockedURI))"""


def watch(page: Page) -> list[str]:
    """The list of the page's complaints, filled while the page lives."""
    complaints: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        of_the_page_itself = "Failed to load resource" in message.text  # an answer of 404 or 409 is watched below
        if message.type in {"error", "warning"} and not of_the_page_itself:
            complaints.append(f"{page.url}: {message.text}")

    def on_response(response: Response) -> None:
        if response.status >= 500 or (response.status >= 400 and response.request.resource_type != "document"):
            complaints.append(f"{page.url}: {response.status} {response.url}")

    page.add_init_script(REFUSALS)
    page.on("console", on_console)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on("response", on_response)
    return complaints
