"""What the browser tests need beyond Python packages, and the command that installs each."""

INSTALL = {
    "Chromium": "apt-get install -y chromium (or name an installed one: CHROMIUM=/path/to/chromium)",
    "Node": "apt-get install -y nodejs npm",
    "Node packages": "npm ci --prefix tests/browser",
}
