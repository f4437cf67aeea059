//! GET `/search?q=`: everything that fits, in groups.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::web::{Data, Query};
use askama::Template;

use crate::find::asked::Asked;
use crate::find::sources::{Found, find};
use crate::state::App;
use crate::web::page::show as show_page;
use crate::web::{Principal, Shell, WebResult};

#[derive(Template)]
#[template(path = "find/page.html")]
struct FindPage {
    shell: Shell,
    asked: Asked,
    found: Found,
}

/// The page; without a question it says what can be typed.
pub(in crate::find) async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    query: Query<BTreeMap<String, String>>,
) -> WebResult {
    let asked = Asked::read(query.get("q").map_or("", String::as_str));
    let found = if asked.text.is_empty() { Found::default() } else { find(&app, &who, &asked).await? };
    let title = if asked.text.is_empty() { "Find".to_owned() } else { format!("{} · Find", asked.text) };
    show_page(&FindPage { shell: Shell::of(&request, title, "find"), asked, found })
}

impl FindPage {
    /// Whether nothing was typed yet.
    fn is_new(&self) -> bool {
        self.asked.text.is_empty()
    }

    /// Whether something was looked for and nothing is there.
    fn is_empty(&self) -> bool {
        !self.is_new() && self.found.exact.is_empty() && self.found.groups.is_empty()
    }

    /// Whether it is too short to be looked for as words.
    fn is_short(&self) -> bool {
        !self.is_new() && !self.asked.has_words()
    }
}
