//! What a file and an order say where both changed the same words, beside what both came from; and the decision.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use order_markdown::merge::{Part, Side};

use crate::db::AnyConnection;
use crate::folder_sync::actions::settle::settle;
use crate::folder_sync::model::Clash;
use crate::folder_sync::store;
use crate::foundation::{Action, Asker, Error, Result};
use crate::web::error::Problem;
use crate::web::format::Time;
use crate::web::page::{show as show_page, show_with};
use crate::web::{Form, Principal, Shell, WebResult, flash, see_other};
use crate::work_orders::actions::export::export;
use crate::work_orders::{Orders, reads};

#[derive(Template)]
#[template(path = "folder_sync/clash.html")]
struct ClashPage {
    shell: Shell,
    number: String,
    title: String,
    path: String,
    since: Option<Time>,
    parts: Vec<PartView>,
    /// How many places are to be decided.
    places: usize,
    /// Who decided already, if anybody.
    settled: Option<String>,
    fault: Option<String>,
}

/// A part of the three texts.
enum PartView {
    /// Lines that are the same, and how many of them are not shown.
    Agreed {
        before: String,
        hidden: usize,
        after: String,
    },
    Place(PlaceView),
}

/// A place to decide.
struct PlaceView {
    /// From 1.
    at: usize,
    base: String,
    file: String,
    here: String,
    /// What was chosen before the form came back.
    chosen: Option<Side>,
}

impl PlaceView {
    fn takes_file(&self) -> bool {
        self.chosen == Some(Side::File)
    }

    fn keeps_ours(&self) -> bool {
        self.chosen == Some(Side::Here)
    }
}

struct Texts {
    id: String,
    number: String,
    title: String,
    here: String,
    clash: Option<Clash>,
}

fn texts(conn: &mut AnyConnection, who: &Asker, number: &str) -> Result<Texts> {
    let row = reads::find(conn, who.project, number)?;
    let row = row.filter(|row| who.may_for(Action::ViewOrders, &row.tie(who)));
    let row = row.ok_or_else(|| Error::not_found(format!("the work order {number}")))?;
    let here = export(conn, who, number)?;
    let clash = store::find(conn, who.project, &row.order_id)?;
    Ok(Texts { id: row.order_id, number: row.number, title: row.title, here, clash })
}

async fn read(orders: &Orders, who: &Asker, number: &str) -> Result<Texts> {
    let (who, number) = (who.clone(), number.to_uppercase());
    orders.app.db.read(move |conn| texts(conn, &who, &number)).await
}

/// GET `/work-orders/{number}/clash`.
pub async fn show(
    request: HttpRequest,
    orders: Data<Orders>,
    who: Principal,
    number: Path<String>,
) -> WebResult {
    let texts = read(&orders, &who, &number).await?;
    show_page(&page(&request, &texts, &[], None))
}

fn page(request: &HttpRequest, texts: &Texts, chosen: &[Option<Side>], fault: Option<String>) -> ClashPage {
    let clash = texts.clash.as_ref();
    let open = clash.filter(|clash| clash.settled.is_none());
    let parts = open.map(|clash| parts(clash, &texts.here, chosen)).unwrap_or_default();
    ClashPage {
        shell: Shell::of(request, format!("File and order · {}", texts.number), "work-orders")
            .in_shop_style(),
        number: texts.number.clone(),
        title: texts.title.clone(),
        path: clash.map(|clash| clash.path.clone()).unwrap_or_default(),
        since: open.map(|clash| Time::dated(clash.at)),
        places: parts.iter().filter(|part| matches!(part, PartView::Place(_))).count(),
        parts,
        settled: clash.and_then(|clash| clash.settled.as_ref()).map(|settled| settled.by.clone()),
        fault,
    }
}

/// Lines of what is the same that are shown before and after a place.
const AROUND: usize = 3;

fn parts(clash: &Clash, here: &str, chosen: &[Option<Side>]) -> Vec<PartView> {
    let mut at = 0;
    let merged = clash.merged(here);
    let view = |part: Part| match part {
        Part::Agreed(text) => {
            let lines: Vec<&str> = text.lines().collect();
            let shown = lines.len().min(2 * AROUND);
            let before = if lines.len() <= shown { lines.len() } else { AROUND };
            let after = shown - before.min(shown);
            let join = |lines: &[&str]| lines.join("\n");
            PartView::Agreed {
                before: join(lines.get(..before).unwrap_or_default()),
                hidden: lines.len() - before - after,
                after: join(lines.get(lines.len() - after..).unwrap_or_default()),
            }
        }
        Part::Clash(place) => {
            at += 1;
            PartView::Place(PlaceView {
                at,
                base: place.base,
                file: place.file,
                here: place.here,
                chosen: chosen.get(at - 1).copied().flatten(),
            })
        }
    };
    merged.parts.into_iter().map(view).collect()
}

/// POST `/work-orders/{number}/clash`: `all=file` or `all=here`, else `place-1=file` and so on; `places` says how many were shown.
pub async fn decide(
    request: HttpRequest,
    orders: Data<Orders>,
    who: Principal,
    number: Path<String>,
    form: Form,
) -> WebResult {
    let texts = read(&orders, &who, &number).await?;
    let count: usize = form.text("places").parse().unwrap_or_default();
    let all = side(form.text("all"));
    let chosen: Vec<Option<Side>> =
        (1..=count.min(20_000)).map(|at| all.or_else(|| side(form.text(&format!("place-{at}"))))).collect();
    let done = match chosen.iter().copied().collect::<Option<Vec<Side>>>() {
        Some(sides) => settle(&orders, &who, &texts.id, &sides).await,
        None => Err(Error::refused("Choose a side for each place, or one for all of them.")),
    };
    match done {
        Ok(()) => {
            let back = see_other(format!("/work-orders/{}", texts.number));
            Ok(flash::good(back, "Decided. The file follows when the folder is looked at next."))
        }
        Err(cause @ (Error::Refused(_) | Error::Invalid(_) | Error::Forbidden(_))) => {
            let status = if matches!(cause, Error::Refused(_)) {
                StatusCode::CONFLICT
            } else {
                Problem::of(&cause).status
            };
            show_with(status, &page(&request, &texts, &chosen, Some(cause.to_string())))
        }
        Err(cause) => Err(cause.into()),
    }
}

fn side(word: &str) -> Option<Side> {
    match word {
        "file" => Some(Side::File),
        "here" => Some(Side::Here),
        _ => None,
    }
}
