//! GET /unknown-places: the places that traces name and that are not there, the newest first.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;

use crate::audit::unknown_places::{self, UnknownPlace};
use crate::foundation::Timestamp;
use crate::state::App;
use crate::web::format::{Time, shown};
use crate::web::page::show;
use crate::web::{Principal, Shell, WebResult};

/// Names on the page.
const MOST: i64 = 200;
/// Names counted for the link that leads here.
pub(super) const COUNTED: i64 = 100;

#[derive(Template)]
#[template(path = "traces/unknown.html")]
struct UnknownPage {
    shell: Shell,
    places: Vec<PlaceView>,
    is_full: bool,
}

/// One name.
pub(super) struct PlaceView {
    pub(super) trace_id: String,
    pub(super) named: String,
    pub(super) why: &'static str,
    pub(super) when: Time,
}

impl PlaceView {
    pub(super) fn of(place: UnknownPlace, now: Timestamp) -> Self {
        Self {
            named: shown(&place.named),
            why: place.why.words(),
            when: Time::new(place.at, now),
            trace_id: place.trace_id,
        }
    }
}

/// GET /unknown-places
pub(super) async fn unknown(request: HttpRequest, app: Data<App>, who: Principal) -> WebResult {
    let (asker, now) = (who.0, app.now());
    let places = app.db.read(move |conn| unknown_places::newest(conn, &asker, MOST)).await?;
    let is_full = i64::try_from(places.len()).is_ok_and(|found| found >= MOST);
    show(&UnknownPage {
        shell: Shell::of(&request, "Unknown places", "traces"),
        places: places.into_iter().map(|place| PlaceView::of(place, now)).collect(),
        is_full,
    })
}
