"""Whether a page fits its window."""

from playwright.sync_api import Page

WIDTHS = (1440, 720, 360)  # 720: a window of 1440 at 200 %


def too_wide(page: Page) -> list[tuple[str, int, int]]:
    """Address, width of the window, width of the page."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found.append((page.url, width, page.evaluate("document.documentElement.scrollWidth")))
    return [each for each in found if each[2] > each[1]]
