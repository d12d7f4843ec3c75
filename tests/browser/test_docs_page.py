"""The documentation page in a real browser: it renders every route and loads nothing from elsewhere."""

import json

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait


@pytest.fixture
def browser(tmp_path):
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
                 "--disable-background-networking", "--disable-component-update", f"--user-data-dir={tmp_path}/browser"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(service=webdriver.chrome.service.Service("/usr/bin/chromedriver"), options=options)
    yield driver
    driver.quit()


def requested(browser):
    for entry in browser.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            yield message["params"]["request"]["url"]


def test_the_page_shows_every_operation_and_asks_nobody_else(node, browser):
    document = node.request("GET", "/openapi.json").json()
    operations = [(method.upper(), path) for path, item in document["paths"].items()
                  for method in item if method in ("get", "post", "put", "patch", "delete")]
    browser.get(f"http://{node.address}/docs")
    WebDriverWait(browser, 20).until(lambda page: operations[-1][1] in page.find_element(By.TAG_NAME, "body").text)
    text = browser.find_element(By.TAG_NAME, "body").text
    for method, path in operations:
        assert path in text, f"{method} {path} is not on the page"
    assert "Almanac" in browser.title
    foreign = [url for url in requested(browser) if not url.startswith(f"http://{node.address}/") and not url.startswith(("data:", "chrome:"))]
    assert foreign == []
    complaints = [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE" and "favicon" not in entry["message"]]
    assert complaints == []
