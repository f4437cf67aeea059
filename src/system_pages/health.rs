//! The page of system health.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;

use crate::intake::Intake;
use crate::scrape;
use crate::state::App;
use crate::web::format::Time;
use crate::web::page::show as page;
use crate::web::{Shell, WebResult};

use super::model::{Section, sections};

#[derive(Template)]
#[template(path = "system/page.html")]
struct SystemPage {
    shell: Shell,
    sections: Vec<Section>,
    /// When it was looked at.
    at: Time,
    /// Figures beyond their bound.
    beyond: usize,
    /// Whether older traces are still being counted.
    is_counting: bool,
}

/// GET `/system`.
pub(super) async fn show(request: HttpRequest, app: Data<App>, intake: Data<Intake>) -> WebResult {
    let (families, is_counting) = scrape::health(&app, &intake).await?;
    let now = app.now();
    let sections = sections(&families, now);
    let beyond =
        sections.iter().flat_map(|section| &section.rows).filter(|row| !row.beyond.is_empty()).count();
    let shell = Shell::of(&request, "System health", "system");
    page(&SystemPage { shell, sections, at: Time::precise(now), beyond, is_counting })
}
