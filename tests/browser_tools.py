"""The tools that browser tests need in addition to Python packages, and the commands that install them."""

INSTALL = {
    "Chromium": "apt-get install -y chromium (or name an installed one: CHROMIUM=/path/to/chromium)",
    "Firefox": "apt-get install -y firefox-esr (or name an installed one: FIREFOX=/path/to/firefox)",
    "Node": "apt-get install -y nodejs npm",
    "Node packages": "npm ci --prefix tests/browser",
}
