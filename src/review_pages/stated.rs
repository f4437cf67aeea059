//! What may be done with a stated claim on its page: give it weight, take it back.

use actix_web::HttpRequest;
use actix_web::web::{Data, Path};

use crate::audit::actions;
use crate::audit::model::Materiality;
use crate::foundation::Error;
use crate::foundation::address::part;
use crate::state::App;
use crate::web::{Form, WebResult, flash, see_other};
use crate::work_orders;

use super::principal;

/// POST /claims/{id}/weigh
pub async fn weigh(request: HttpRequest, app: Data<App>, claim: Path<String>, form: Form) -> WebResult {
    let who = principal(&request)?;
    let weight = form.text("weight").parse().ok().and_then(Materiality::from_k);
    let weight = weight.ok_or_else(|| Error::invalid("weight", "choose 0, 1, 2 or 4"))?;
    let back = format!("/claims/{}", part(&claim));
    actions::weigh(&app, &who, claim.into_inner(), weight).await?;
    Ok(flash::good(see_other(back), "The importance is set. It stands once somebody judges the claim."))
}

/// POST /claims/{id}/withdraw
pub async fn withdraw(request: HttpRequest, app: Data<App>, claim: Path<String>) -> WebResult {
    let who = principal(&request)?;
    let project = who.project;
    let order = actions::withdraw(&app, &who, claim.into_inner()).await?;
    let row = app.db.read(move |conn| work_orders::reads::by_id(conn, project, &order)).await?;
    let number = row.map(|row| row.number).unwrap_or_default();
    Ok(flash::good(
        see_other(format!("/work-orders/{number}")),
        "The claim was withdrawn. The trace stays linked.",
    ))
}
