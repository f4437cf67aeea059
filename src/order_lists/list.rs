//! The list of orders: views, filters and the order of its rows stand in the address.

use actix_web::web::Data;
use actix_web::{HttpRequest, web};
use askama::Template;

use super::bulk::{self, Offered};
use super::csv;
use super::filters::{Asked, FilterChip, LIST, OPEN};
use super::saved::{self, Kept};
use super::views::{self, View};
use crate::db::AnyConnection;
use crate::foundation::{Action, Grant, Timestamp};
use crate::order_pages::text;
use crate::state::App;
use crate::web::charts::Svg;
use crate::web::format::{self, Due};
use crate::web::page::show as show_page;
use crate::web::{Principal, Shell, WebResult};
use crate::work_orders::model::{Priority, Status};
use crate::work_orders::reads::sorted::{Sort, page};
use crate::work_orders::reads::{self, OrderRow, Progress};

/// Rows of one page.
const ROWS: usize = 50;

#[derive(Template)]
#[template(path = "work_orders/list.html")]
struct ListPage {
    shell: Shell,
    asked: Asked,
    rows: Vec<ListRow>,
    views: Vec<View>,
    kept: Vec<Kept>,
    chips: Vec<FilterChip>,
    heads: Vec<Head>,
    types: Vec<String>,
    bulk: Offered,
    next: Option<String>,
    /// The same list as a file.
    csv: String,
    may_import: bool,
    may_share: bool,
    /// Whether an order can be made from a procedure here.
    has_procedures: bool,
}

struct ListRow {
    row: OrderRow,
    status: &'static str,
    tone: &'static str,
    due: Option<Due>,
    /// `3 days late`; none where it is not.
    late: Option<String>,
    is_urgent: bool,
    changed: text::Html,
    progress: Progress,
    bar: Svg,
}

/// One column.
struct Head {
    word: &'static str,
    class: &'static str,
    /// The list in the order of this column; none where it has none.
    href: Option<String>,
    /// Which way the rows run, where they are ordered by it: `ascending` or `descending`.
    runs: Option<&'static str>,
}

/// GET `/work-orders`: fields `q`, `status` (several, or `open`), `priority`, `type`, `assignee` (an account, `me` or `nobody`), `asset` (a
/// tag), `due` (`today`, `week`, `late` or a day), `overdue` (`1`, or a day: late from before it), `failed`, `changed`; `sort`, `view`,
/// `after`.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    query: web::Query<Vec<(String, String)>>,
) -> WebResult {
    let (asked, now) = (Asked::read(&query)?, app.now());
    let filter = asked.filter(&who, now)?;
    let (asker, wanted) = (who.clone(), asked.clone());
    let read = move |conn: &mut AnyConnection| {
        let project = asker.project;
        let found = page(conn, project, &filter, wanted.sort, wanted.after.as_ref(), ROWS)?;
        let views = views::views(conn, &asker, &wanted, now)?;
        Ok((found, views, saved::kept(conn, &asker, &wanted)?, reads::types(conn, project)?))
    };
    let (found, views, kept, types) = app.db.read(read).await?;
    let shell = Shell::of_tab(&request, "Work orders", "list");
    let has_procedures = shell.tabs().any(|(tab, _)| tab.href == "/procedures");
    show_page(&ListPage {
        chips: asked.chips(|account| name_in(&found.rows, account), now),
        next: found.next.as_ref().map(|place| asked.address_after(place)),
        csv: asked.clone().of_view(None).address("/work-orders.csv"),
        heads: heads(&asked),
        bulk: bulk::offered(&app, &who).await?,
        may_import: who.may(Action::CreateDraft) > Grant::Never,
        may_share: who.may(Action::ShareView) > Grant::Never,
        has_procedures,
        rows: found.rows.into_iter().map(|row| ListRow::of(row, now)).collect(),
        shell,
        asked,
        views,
        kept,
        types,
    })
}

/// Who an account in a filter is, as its orders say.
fn name_in(rows: &[OrderRow], account: &str) -> Option<String> {
    let row = rows.iter().find(|row| row.assignee_account.as_deref() == Some(account))?;
    Some(row.assignee())
}

fn heads(asked: &Asked) -> Vec<Head> {
    let plain = |word, class| Head { word, class, href: None, runs: None };
    let sorted = |word, sort: Sort, runs| Head {
        word,
        class: "",
        href: Some(asked.sorted(sort)),
        runs: Some(runs).filter(|_| asked.sort == sort),
    };
    vec![
        sorted("Number", Sort::Number, "descending"),
        plain("Order", ""),
        plain("Status", ""),
        sorted("Priority", Sort::Priority, "descending"),
        plain("Assigned", ""),
        sorted("Due", Sort::Due, "ascending"),
        plain("Progress", "num"),
        sorted("Changed", Sort::Changed, "descending"),
    ]
}

impl ListRow {
    fn of(row: OrderRow, now: Timestamp) -> Self {
        Self {
            status: row.status().label(),
            tone: text::tone_of(row.status()),
            due: row.due_at.map(|until| Due::new(until, now)),
            late: row.due_at.filter(|_| row.is_overdue(now)).map(|until| Due::new(until, now).late()),
            is_urgent: row.priority() == Priority::Emergency,
            changed: text::moment(row.updated_at, now),
            progress: row.progress(),
            bar: text::bar(row.progress()),
            row,
        }
    }
}

impl ListPage {
    fn value(&self, name: &str) -> &str {
        self.asked.value(name)
    }

    fn is_narrowed(&self) -> bool {
        self.asked.is_narrowed()
    }

    /// How many filters narrow the list besides the words, which stand in their field.
    fn filters_on(&self) -> usize {
        self.chips.iter().filter(|chip| !chip.is_words()).count()
    }

    /// The states that can be added to those that are chosen.
    fn more_states(&self) -> Vec<(&'static str, &'static str)> {
        let all = [(OPEN, "Everything open")].into_iter();
        let all = all.chain(Status::ALL.map(|status| (status.as_str(), status.label())));
        all.filter(|(word, _)| !self.asked.states().any(|chosen| chosen == *word)).collect()
    }

    /// What the choice of several orders says for taking work from whoever has it.
    fn nobody() -> &'static str {
        bulk::NOBODY
    }

    fn priorities() -> [&'static str; 5] {
        Priority::ALL.map(Priority::as_str)
    }

    /// How many orders the list as a file holds at most, where it may have more.
    fn most_in_file(&self) -> Option<String> {
        let is_long = self.next.is_some() || self.asked.after.is_some();
        is_long.then(|| format::number(i64::try_from(csv::ROWS).unwrap_or(i64::MAX)))
    }

    /// Who can be chosen, and whether they are; somebody else stands among them where an address names them.
    fn assignee_choices(&self) -> Vec<(&str, &str, bool)> {
        let chosen = self.value("assignee");
        let mut choices = vec![("me", "Me", chosen == "me"), ("nobody", "Nobody yet", chosen == "nobody")];
        if !["", "me", "nobody"].contains(&chosen) {
            let shown = self.chips.iter().find(|chip| chip.name == "Assigned");
            choices.push((chosen, shown.map_or(chosen, |chip| chip.value.as_str()), true));
        }
        choices
    }

    /// Words for a window of due days, and whether it is chosen. One day stands among them where a calendar led here.
    fn due_choices(&self) -> Vec<(String, String, bool)> {
        let (due, late) = (self.value("due"), self.value("overdue"));
        let mut choices = vec![
            ("late".to_owned(), "Late".to_owned(), !late.is_empty() && !late.contains('-')),
            ("today".to_owned(), "Today".to_owned(), due == "today"),
            ("week".to_owned(), "Within 7 days".to_owned(), due == "week"),
        ];
        if late.contains('-') {
            choices.push((format!("late-{late}"), format!("Late, from before {late}"), true));
        }
        if !["", "today", "week"].contains(&due) {
            choices.push((due.to_owned(), due.to_owned(), true));
        }
        choices
    }

    fn is_default_sort(&self) -> bool {
        self.asked.sort == Sort::default()
    }

    /// The kept view whose filters were changed and may be changed to what the page asks now.
    fn changed_view(&self) -> Option<&Kept> {
        self.kept.iter().find(|view| view.may_take_change()).filter(|_| self.is_narrowed())
    }

    /// Views of which this reader may change the name, or throw them away.
    fn own_views(&self) -> Vec<&Kept> {
        self.kept.iter().filter(|view| view.may_change).collect()
    }

    fn query(&self) -> String {
        self.asked.query()
    }

    /// What a form of several orders brings back: filters, order and view.
    fn here(&self) -> String {
        let address = self.asked.address(LIST);
        address.split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default()
    }

    /// In which order the rows stand, in words.
    fn order_words(&self) -> &'static str {
        match self.asked.sort {
            Sort::Due => "by due day, late first",
            Sort::Changed => "the last changed first",
            Sort::Number => "the newest number first",
            Sort::Priority => "the most urgent first",
        }
    }
}
