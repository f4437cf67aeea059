//! The page shell: what stands around every page, and how a page becomes an answer.

use actix_web::http::Method;
use actix_web::http::header::{HOST, LOCATION};
use actix_web::web::Data;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};
use askama::Template;

use crate::foundation::{Action, ActorKind, Asker, Error, Grant};

use super::assets::Assets;
use super::flash::{self, Flash};
use super::headers::Nonce;
use super::late::Late;
use super::{Access, Principal, RouteSpec, WebError, WebResult};

/// One entry of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NavEntry {
    pub label: &'static str,
    pub href: &'static str,
    /// The name a page calls itself by to be marked as current.
    pub section: &'static str,
    /// The letter that goes there after `g`; empty for none.
    pub key: &'static str,
}

const fn entry(
    label: &'static str,
    href: &'static str,
    section: &'static str,
    key: &'static str,
) -> NavEntry {
    NavEntry { label, href, section, key }
}

/// The sections, in order. One shows when its page is in the route table and the viewer may open it.
const SECTIONS: &[NavEntry] = &[
    entry("Home", "/", "home", "h"),
    entry("Work orders", "/work-orders", "work-orders", "w"),
    entry("Traces", "/traces", "traces", "t"),
    entry("Review", "/review", "review", "r"),
    entry("Knowledge", "/knowledge", "knowledge", "k"),
    entry("Trust", "/trust", "trust", "s"),
    entry("Fleet", "/fleet", "fleet", "f"),
    entry("Ledger", "/ledger", "ledger", "l"),
];

/// What a letter leads to inside of a section, whose pages have the link themselves.
const WITHIN: &[NavEntry] =
    &[entry("Sessions", "/sessions", "sessions", "e"), entry("Costs", "/fleet/costs", "costs", "c")];

/// What stands in one row above every page of the shop, by the same rule.
const TABS: &[NavEntry] = &[
    entry("List", "/work-orders", "list", ""),
    entry("Board", "/work-orders/board", "board", "b"),
    entry("Calendar", "/work-orders/calendar", "calendar", "d"),
    entry("Procedures", "/procedures", "procedures", "o"),
    entry("Schedules", "/schedules", "schedules", "u"),
    entry("Assets", "/assets", "assets", "m"),
    entry("Figures", "/work-orders/figures", "figures", "i"),
];

/// The account menu, by the same rule.
const MENU: &[NavEntry] = &[
    entry("Account and sessions", "/account", "account", "a"),
    entry("Notices", "/notices", "notices", "n"),
    entry("Waiting to be sent", "/waiting", "waiting", ""),
    entry("People", "/people", "people", "p"),
    entry("API keys", "/people/keys", "keys", ""),
    entry("Rules of work orders", "/work-orders/policies", "policies", ""),
    entry("Working hours", "/work-orders/hours", "hours", ""),
    entry("Exceptions", "/exceptions", "exceptions", ""),
    entry("Privacy", "/privacy", "privacy", ""),
    entry("Prices of models", "/prices", "prices", ""),
    entry("Integrations", "/integrations", "integrations", ""),
    entry("Jobs", "/jobs", "jobs", "j"),
    entry("System health", "/system", "system", ""),
    entry("API", "/api/docs", "api", ""),
];

/// Which entries have a page, and who may open it.
#[derive(Clone, Debug, Default)]
pub struct Nav {
    sections: Vec<(NavEntry, Access)>,
    within: Vec<(NavEntry, Access)>,
    tabs: Vec<(NavEntry, Access)>,
    menu: Vec<(NavEntry, Access)>,
}

impl Nav {
    /// Keeps the entries whose address is a GET route of the table.
    pub fn of(specs: &[RouteSpec]) -> Self {
        let keep = |entries: &[NavEntry]| {
            let access = |entry: &NavEntry| {
                let spec = specs.iter().find(|spec| spec.method == Method::GET && spec.path == entry.href)?;
                Some((*entry, spec.access))
            };
            entries.iter().filter_map(access).collect()
        };
        Self { sections: keep(SECTIONS), within: keep(WITHIN), tabs: keep(TABS), menu: keep(MENU) }
    }

    fn for_viewer(entries: &[(NavEntry, Access)], viewer: Option<&Asker>) -> Vec<NavEntry> {
        let may_open = |(_, access): &&(NavEntry, Access)| access.admits(viewer).is_ok();
        entries.iter().filter(may_open).map(|(entry, _)| *entry).collect()
    }
}

/// Where people and programs reach the server: the setting, or else the host that this very request was sent to. What a
/// proxy says in other headers is not asked: anybody can write those, so a server behind one names its public address.
pub fn own_address(request: &HttpRequest, public_url: Option<&str>) -> String {
    if let Some(url) = public_url {
        return url.trim_end_matches('/').to_owned();
    }
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let named = || request.uri().authority().map(actix_web::http::uri::Authority::as_str);
    let host = host.or_else(named).unwrap_or("localhost");
    format!("http://{host}")
}

/// How many notices somebody has not read; put into a request by whoever keeps them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting(pub i64);

impl Waiting {
    /// The most that is counted.
    pub const MOST: i64 = 100;
}

/// How many alerts of the project fire and are not silenced; put into a request by whoever keeps them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Firing(pub i64);

/// Everything the layout needs; every page struct has one called `shell`.
#[derive(Clone, Debug)]
pub struct Shell {
    pub title: String,
    /// Which navigation entry is current.
    pub section: &'static str,
    pub viewer: Option<Viewer>,
    /// Of this answer's content security policy.
    pub nonce: String,
    /// A message left by the action before.
    pub flash: Option<Flash>,
    /// What the viewer sent after their session had ended.
    pub late: Option<Late>,
    /// Address of the style sheet.
    pub css: String,
    /// Address of the one that pages of the shop or of the fleet need besides; empty on others. It stands in the content, so that it comes
    /// with whatever is swapped in.
    pub more_css: &'static str,
    /// Address of the script.
    pub js: String,
    /// The icon itself, as an address that holds it: asked for by every page, it would be a request of its own.
    pub icon: &'static str,
    waiting: i64,
    firing: i64,
    nav: Vec<NavEntry>,
    within: Vec<NavEntry>,
    tabs: Vec<NavEntry>,
    /// Which tab of its section the page is; empty where it is none.
    tab: &'static str,
    menu: Vec<NavEntry>,
}

/// Who is signed in, as shown.
#[derive(Clone, Debug)]
pub struct Viewer {
    pub name: String,
    /// The account in its project, as devices name whose entries they keep.
    pub owner: String,
    /// One or two letters.
    pub initials: String,
    /// Agents are square, people are round.
    pub is_agent: bool,
    /// The roles in words.
    pub roles: String,
    pub project_name: String,
    /// Whether the people and settings pages are theirs.
    pub is_admin: bool,
    /// Whether verdicts are theirs to give.
    pub is_auditor: bool,
    /// Whether traces are theirs to erase, and the privacy policy theirs to set.
    pub is_keeper: bool,
}

impl Shell {
    /// The shell of a page in a section of the navigation.
    pub fn of(request: &HttpRequest, title: impl Into<String>, section: &'static str) -> Self {
        // Reading cookies borrows the request's extensions mutably, so it comes before anything else holds them.
        let flash = flash::of(request);
        let extensions = request.extensions();
        let assets = Assets::get();
        let principal = extensions.get::<Principal>().map(|who| &who.0);
        let nav = request.app_data::<Data<Nav>>().cloned().unwrap_or_default();
        Self {
            title: title.into(),
            section,
            nav: Nav::for_viewer(&nav.sections, principal),
            within: Nav::for_viewer(&nav.within, principal),
            tabs: Nav::for_viewer(&nav.tabs, principal),
            tab: "",
            menu: Nav::for_viewer(&nav.menu, principal),
            viewer: principal.map(Viewer::of),
            nonce: extensions.get::<Nonce>().map(|nonce| nonce.0.clone()).unwrap_or_default(),
            flash,
            late: extensions.get::<Late>().cloned(),
            waiting: extensions.get::<Waiting>().map_or(0, |waiting| waiting.0),
            firing: extensions.get::<Firing>().map_or(0, |firing| firing.0),
            css: assets.css_path().to_owned(),
            more_css: "",
            js: assets.js_path().to_owned(),
            icon: assets.icon_inline(),
        }
    }

    /// The shell of a page of the shop: a tab of the work orders' section.
    pub fn of_tab(request: &HttpRequest, title: impl Into<String>, tab: &'static str) -> Self {
        Self { tab, ..Self::of(request, title, "work-orders").in_shop_style() }
    }

    /// The same with the style sheet of the shop's pages.
    #[must_use]
    pub fn in_shop_style(self) -> Self {
        Self { more_css: Assets::get().shop_path(), ..self }
    }

    /// The same with the style sheet of the fleet's pages.
    #[must_use]
    pub fn in_fleet_style(self) -> Self {
        Self { more_css: Assets::get().fleet_path(), ..self }
    }

    /// The tabs of the shop that this viewer may open, and whether the page is that tab; none where there is nothing to choose.
    pub fn tabs(&self) -> impl Iterator<Item = (&NavEntry, bool)> {
        let shown = if self.tabs.len() > 1 { self.tabs.as_slice() } else { &[] };
        shown.iter().map(|entry| (entry, entry.section == self.tab))
    }

    /// `3 notices` that the viewer has not read; none where there is nothing to say.
    pub fn notices(&self) -> Option<String> {
        match self.waiting {
            ..=0 => None,
            1 => Some("1 notice".to_owned()),
            Waiting::MOST.. => Some(format!("{}+ notices", Waiting::MOST - 1)),
            count => Some(format!("{count} notices")),
        }
    }

    /// How many alerts fire, beside the section that shows them; none beside others, and where none does.
    pub fn firing(&self, entry: &NavEntry) -> Option<i64> {
        Some(self.firing).filter(|count| *count > 0 && entry.section == "fleet")
    }

    /// The sections this viewer may open.
    pub fn nav(&self) -> &[NavEntry] {
        &self.nav
    }

    /// Everything that a letter after `g` leads to and that this viewer may open: sections, what is inside of them, and the account menu.
    pub fn letters(&self) -> impl Iterator<Item = &NavEntry> {
        let all = self.nav.iter().chain(&self.within).chain(&self.tabs).chain(&self.menu);
        all.filter(|entry| !entry.key.is_empty())
    }

    /// The account menu of this viewer.
    pub fn menu(&self) -> &[NavEntry] {
        &self.menu
    }
}

impl Viewer {
    fn of(principal: &Asker) -> Self {
        let may = |action| principal.may(action) > Grant::Never;
        let roles: Vec<&str> = principal.roles.iter().map(|role| role.as_str()).collect();
        Self {
            name: principal.actor.name.clone(),
            owner: owner_of(principal),
            initials: initials(&principal.actor.name),
            is_agent: principal.actor.kind == ActorKind::Agent,
            roles: roles.join(", "),
            project_name: principal.project_name.clone(),
            is_admin: may(Action::ManagePeople),
            is_auditor: may(Action::Judge),
            is_keeper: may(Action::EraseTraces),
        }
    }
}

/// Whose something is that a device keeps: the account in its project.
pub fn owner_of(asker: &Asker) -> String {
    format!("{}.{}", asker.project.0, asker.id())
}

/// The first letters of the first and last word of a name.
pub fn initials(name: &str) -> String {
    let starts_well = |word: &&str| word.starts_with(char::is_alphanumeric);
    let words: Vec<&str> = name.split_whitespace().filter(starts_well).collect();
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

/// The answer to every action: look there. What an address held decoded (a line break, a letter with an accent) is written as
/// RFC 3986 asks, so that an action that was done is never answered with an error.
pub fn see_other(address: impl AsRef<str>) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, written_out(address.as_ref()))).finish()
}

fn written_out(address: &str) -> String {
    let byte = |byte: u8| match byte {
        b'!'..=b'~' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    address.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_written_out_whatever_it_holds() {
        for (address, expected) in [
            ("/work-orders/WO-2026-031?q=a%20b#item-1", "/work-orders/WO-2026-031?q=a%20b#item-1"),
            ("/files/x\r\nSet-Cookie: a=b/pins", "/files/x%0D%0ASet-Cookie:%20a=b/pins"),
            ("/assets/Kühlung\0", "/assets/K%C3%BChlung%00"),
        ] {
            let answer = see_other(address);
            assert_eq!(answer.headers().get(LOCATION).unwrap(), expected, "{address:?}");
        }
    }

    #[test]
    fn a_letter_leads_to_one_place() {
        let letters = SECTIONS
            .iter()
            .chain(WITHIN)
            .chain(TABS)
            .chain(MENU)
            .map(|entry| entry.key)
            .filter(|key| !key.is_empty());
        let mut letters: Vec<&str> = letters.collect();
        let count = letters.len();
        letters.sort_unstable();
        letters.dedup();
        assert_eq!(letters.len(), count, "two places have one letter: {letters:?}");
    }

    #[test]
    fn initials_are_of_the_first_and_last_word() {
        for (name, expected) in [
            ("Dana Okafor", "DO"),
            ("Relay", "R"),
            ("Mei Lin Kato", "MK"),
            ("Sam Reyes (Supervisor)", "SR"),
            ("", ""),
            ("élan vital", "ÉV"),
        ] {
            assert_eq!(initials(name), expected);
        }
    }
}
