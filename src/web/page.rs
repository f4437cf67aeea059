//! The page shell: what stands around every page, and how a page becomes an answer.

use actix_web::http::header::LOCATION;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};
use askama::Template;

use crate::foundation::{ActorKind, Error, Role};

use super::assets::Assets;
use super::flash::{self, Flash};
use super::headers::Nonce;
use super::{Principal, WebError, WebResult};

/// One entry of the navigation.
#[derive(Clone, Copy, Debug)]
pub struct NavEntry {
    /// The words.
    pub label: &'static str,
    /// Where it leads.
    pub href: &'static str,
    /// The name a page calls itself by to be marked as current.
    pub section: &'static str,
}

/// The entries, in order.
const NAV: &[NavEntry] = &[
    NavEntry { label: "Home", href: "/", section: "home" },
    NavEntry { label: "Work orders", href: "/work-orders", section: "work-orders" },
    NavEntry { label: "Traces", href: "/traces", section: "traces" },
    NavEntry { label: "Review", href: "/review", section: "review" },
    NavEntry { label: "Knowledge", href: "/knowledge", section: "knowledge" },
    NavEntry { label: "Ledger", href: "/ledger", section: "ledger" },
];

/// Everything the layout needs; every page struct has one called `shell`.
#[derive(Clone, Debug)]
pub struct Shell {
    /// The page's title.
    pub title: String,
    /// Which navigation entry is current.
    pub section: &'static str,
    /// Who is signed in.
    pub viewer: Option<Viewer>,
    /// Of this answer's content security policy.
    pub nonce: String,
    /// A message left by the action before.
    pub flash: Option<Flash>,
    /// Address of the style sheet.
    pub css: String,
    /// Address of the script.
    pub js: String,
}

/// Who is signed in, as shown.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// Printed name.
    pub name: String,
    /// One or two letters.
    pub initials: String,
    /// Agents are square, people are round.
    pub is_agent: bool,
    /// The roles in words.
    pub roles: String,
    /// The project.
    pub project_name: String,
    /// Whether the people and settings pages are theirs.
    pub is_admin: bool,
    /// Whether verdicts are theirs to give.
    pub is_auditor: bool,
}

impl Shell {
    /// The shell of a page in a section of the navigation.
    pub fn of(request: &HttpRequest, title: impl Into<String>, section: &'static str) -> Self {
        // Reading cookies borrows the request's extensions mutably, so it comes before anything else holds them.
        let flash = flash::of(request);
        let extensions = request.extensions();
        let assets = Assets::get();
        Self {
            title: title.into(),
            section,
            viewer: extensions.get::<Principal>().map(Viewer::of),
            nonce: extensions.get::<Nonce>().map(|nonce| nonce.0.clone()).unwrap_or_default(),
            flash,
            css: assets.css_path().to_owned(),
            js: assets.js_path().to_owned(),
        }
    }

    /// The navigation.
    pub fn nav(&self) -> &'static [NavEntry] {
        NAV
    }
}

impl Viewer {
    fn of(principal: &Principal) -> Self {
        let roles: Vec<&str> = principal.roles.iter().map(|role| role.as_str()).collect();
        Self {
            name: principal.name.clone(),
            initials: initials(&principal.name),
            is_agent: principal.kind == ActorKind::Agent,
            roles: roles.join(", "),
            project_name: principal.project_name.clone(),
            is_admin: principal.has(Role::Admin),
            is_auditor: principal.has(Role::Auditor),
        }
    }
}

/// The first letters of the first and last word of a name.
pub fn initials(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    let ends = [words.first(), words.get(1..).and_then(<[&str]>::last)];
    ends.into_iter().flatten().filter_map(|word| word.chars().next()).flat_map(char::to_uppercase).collect()
}

/// A page as an answer; records are never cached by the browser.
pub fn show(page: &impl Template) -> WebResult {
    show_with(actix_web::http::StatusCode::OK, page)
}

/// A page with another status, e.g. a form that is shown again with its faults.
pub fn show_with(status: actix_web::http::StatusCode, page: &impl Template) -> WebResult {
    let body = page.render().map_err(|e| WebError(Error::internal(e)))?;
    Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(body))
}

/// The answer to every action: look there.
pub fn see_other(address: impl AsRef<str>) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, address.as_ref())).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_and_last_word() {
        for (name, expected) in
            [("Dana Okafor", "DO"), ("Relay", "R"), ("Mei Lin Kato", "MK"), ("", ""), ("élan vital", "ÉV")]
        {
            assert_eq!(initials(name), expected);
        }
    }
}
