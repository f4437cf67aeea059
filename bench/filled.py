"""Work orders in all states in a product under measurement, made by the load tool while the server is stopped."""

import os
import re
import subprocess
from pathlib import Path

from product import EMAIL, Browser

ROOT = Path(__file__).resolve().parents[1]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"
LOAD = os.environ.get("LOAD_BIN", str(TARGET / "examples/load"))


def fill(product, orders):
    """Fills its data folder; a share of the work is given to the account that the first start made."""
    product.stop()
    command = [LOAD, "orders", "--data", str(product.data), "--orders", str(orders), "--worker", EMAIL]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    product.start()


def order_in_work(product):
    """The number of an order in work that is that account's own, and its items that are open."""
    browser = Browser(product.url)
    browser.sign_in()
    page = browser.get("/work-orders?assignee=me&status=in_progress")
    number = re.search(r'href="/work-orders/(WO-\d+-\d+)"', page).group(1)
    forms = browser.get(f"/work-orders/{number}").split('/tick"')[1:]
    items = {re.search(r'value="(item:[^"]+)"', form.split("</form")[0]) for form in forms}
    return number, sorted({item.group(1) for item in items if item})
