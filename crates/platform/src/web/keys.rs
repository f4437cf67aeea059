//! The keys of the keyboard: one list of all of them, by the page that takes them, which the map of a page (`?`) and the page `/keys` show.
//!
//! What a key does stands in the scripts (`static/js/keys.js` and those beside it) and at the links and buttons with `data-key`;
//! `tests/templates.rs` holds this list against them, both ways. A letter means the same everywhere: `j` and `k` move, `enter` opens, `x` chooses
//! or skips, `s`, `r` and `n` are verdicts where verdicts are given. No key does what a pointer could not, and none does anything while somebody
//! types or with Ctrl, Alt or Meta.

use actix_web::HttpRequest;
use askama::Template;

use super::page::show as show_page;
use super::{Access, Routes, Shell, WebResult};

/// One key, or several that belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    names: &'static [&'static str],
    /// What it does.
    pub words: &'static str,
}

/// A page, or a kind of pages, with the keys that it takes besides those of every page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub title: &'static str,
    keys: &'static [Key],
}

const fn key(names: &'static [&'static str], words: &'static str) -> Key {
    Key { names, words }
}

impl Key {
    /// What stands on the keys, in the order in which they are pressed or named.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.names.iter().copied()
    }
}

impl Place {
    /// Its keys.
    pub fn keys(&self) -> impl Iterator<Item = &'static Key> {
        self.keys.iter()
    }
}

/// What every page takes. A letter after `g` stands at the entry that it leads to ([`super::page::NavEntry`]).
pub const EVERYWHERE: Place = Place {
    title: "Every page",
    keys: &[
        key(&["j", "k"], "next row, row before"),
        key(&["↵"], "open it"),
        key(&["/"], "search this page, else find anything; pressed again in an empty field: find anything"),
        key(&["?"], "this list"),
        key(&["Esc"], "close it; put back what is being carried"),
    ],
};

/// What was found.
pub const FIND: Place =
    Place { title: "Find", keys: &[key(&["j", "k"], "next thing that was found, the one before")] };

/// The list of orders.
pub const ORDERS: Place = Place {
    title: "List of work orders",
    keys: &[
        key(&["x"], "choose the row"),
        key(&["shift", "x"], "choose every row from the last chosen one to this one"),
        key(&["n"], "new work order"),
    ],
};

/// One order.
pub const ORDER: Place = Place {
    title: "A work order",
    keys: &[
        key(&["space"], "tick the row"),
        key(&["f"], "it failed, or does not apply"),
        key(&["u"], "undo"),
        key(&["e"], "its evidence, else bring a file"),
        key(&["c"], "a note about it"),
        key(&["[", "]"], "step before, step after"),
    ],
};

/// The board.
pub const BOARD: Place = Place { title: "Board", keys: &[key(&["n"], "new work order")] };

/// The calendar.
pub const CALENDAR: Place = Place {
    title: "Calendar",
    keys: &[key(&["←", "→"], "on an order of the calendar: due a day earlier, a day later")],
};

/// Procedures.
pub const PROCEDURES: Place = Place { title: "Procedures", keys: &[key(&["n"], "new procedure")] };

/// Schedules.
pub const SCHEDULES: Place = Place { title: "Schedules", keys: &[key(&["n"], "new schedule")] };

/// Assets, and one of them beside the tree.
pub const ASSETS: Place = Place {
    title: "Assets",
    keys: &[
        key(&["n"], "new asset"),
        key(&["↑", "↓"], "in the tree: row before, next row"),
        key(&["←", "→"], "in the tree: fold, unfold; or go up, go down"),
    ],
};

/// The claim desk.
pub const CLAIM: Place = Place {
    title: "A claim",
    keys: &[
        key(&["s", "r", "n"], "supported, refuted, not enough information"),
        key(&["c"], "comment"),
        key(&["↵"], "sign, where nothing else takes it"),
        key(&["x"], "skip to the next that waits"),
        key(&["j", "k"], "next claim, claim before"),
    ],
};

/// A trace.
pub const TRACE: Place = Place {
    title: "A trace",
    keys: &[
        key(&["↑", "↓"], "in the tree: row before, next row"),
        key(&["Home", "End"], "in the tree: first row, last row"),
        key(&["←", "→"], "in the tree: close, open; or go to the parent, the first child"),
    ],
};

/// The pages of the fleet.
pub const FLEET: Place = Place {
    title: "Fleet",
    keys: &[
        key(&["f"], "filter by agent, persona or tenant"),
        key(&["1", "2", "3", "4"], "24 hours, 7 days, 30 days, 90 days"),
    ],
};

/// The budgets of the fleet.
pub const BUDGETS: Place = Place {
    title: "Budgets",
    keys: &[key(&["c"], "change the budget of the row"), key(&["n"], "new budget")],
};

/// Every place, in the order of the page that lists them.
pub const PLACES: [Place; 13] = [
    EVERYWHERE, FIND, ORDERS, ORDER, BOARD, CALENDAR, PROCEDURES, SCHEDULES, ASSETS, CLAIM, TRACE, FLEET,
    BUDGETS,
];

#[derive(Template)]
#[template(path = "layout/keys.html")]
struct KeysPage {
    shell: Shell,
    places: [Place; 13],
}

/// Registers the page; a map for whoever has no scripts, and to be printed.
pub fn routes(routes: &mut Routes) {
    routes.get("/keys", Access::SignedIn, show);
}

/// GET `/keys`: the keys of every page.
async fn show(request: HttpRequest) -> WebResult {
    show_page(&KeysPage { shell: Shell::of(&request, "Keyboard", "keyboard"), places: PLACES })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_place_says_a_key_twice_and_each_says_what_it_does() {
        for place in PLACES {
            let mut seen = BTreeSet::new();
            for key in place.keys() {
                let names: Vec<&str> = key.names().collect();
                assert!(seen.insert(names.clone()), "{}: {names:?}", place.title);
                assert!(!key.words.is_empty() && !key.words.ends_with('.'), "{}: {}", place.title, key.words);
            }
        }
    }
}
