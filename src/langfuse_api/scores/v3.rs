//! `GET /api/public/v3/scores`: by cursor, the value in its own type.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::query::{Query, read_v3};
use super::view::{self, Groups, ScorePage, ScoreView};
use crate::foundation::page::Cursor;
use crate::foundation::{Error, Result};
use crate::intake::answer::{may, refuse};
use crate::scores::reads as scores;
use crate::state::App;
use crate::web::{Form, KeyHolder};

/// The scores after the cursor, newest first.
pub async fn list(request: HttpRequest, holder: KeyHolder, app: Data<App>) -> HttpResponse {
    find(&request, &holder, &app).await.unwrap_or_else(|cause| refuse(&cause))
}

async fn find(request: &HttpRequest, holder: &KeyHolder, app: &App) -> Result<HttpResponse> {
    may(holder.can_read, holder, "read scores")?;
    let form = Form::parse(request.query_string().as_bytes())?;
    let mut query = Query::new(&form);
    let limit = query.whole("limit", 50, 1..=100);
    let groups = read_groups(&mut query)?;
    let cursor = query.text("cursor").map(|text| Cursor::decode(&text)).transpose()?;
    let filter = read_v3(&mut query)?;
    let project = holder.project;
    let read = move |conn: &mut _| scores::after(conn, project, &filter, cursor.as_ref(), limit + 1);
    let mut rows = app.db.read(read).await?;
    let more = i64::try_from(rows.len()).is_ok_and(|found| found > limit);
    rows.truncate(usize::try_from(limit).unwrap_or_default());
    let next = rows.last().filter(|_| more).map(|row| Cursor { at: row.at, id: row.score_id.clone() });
    let data: Vec<ScoreView> = rows.iter().map(|row| view::v3(row, &holder.project_id, groups)).collect();
    let meta = match next {
        Some(next) => json!({ "limit": limit, "cursor": next.encode() }),
        None => json!({ "limit": limit }),
    };
    Ok(HttpResponse::Ok().json(ScorePage { data, meta }))
}

fn read_groups(query: &mut Query<'_>) -> Result<Groups> {
    let mut groups = Groups::default();
    for name in query.list("fields") {
        match name.as_str() {
            "core" => {}
            "details" => groups.details = true,
            "subject" => groups.subject = true,
            "annotation" => groups.annotation = true,
            _ => {
                let fault = format!("{name:?} must be details, subject or annotation");
                return Err(Error::invalid("fields", fault));
            }
        }
    }
    Ok(groups)
}
