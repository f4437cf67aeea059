//! How the desk does what comes again: three procedures in use, the next version of one that waits for its review, a draft that an
//! agent wrote, an order made from one, and a schedule that makes the next ones.

use chrono::Datelike as _;

use crate::app::Services;
use crate::foundation::Result;
use crate::maintenance::procedures::actions::{approve, copy_order, create, draft, make_order, submit};
use crate::maintenance::schedules::actions::{create as set_up, skip};
use crate::maintenance::schedules::model::{Rhythm, Terms};

use super::cast::Cast;

const REFUSED: &str = include_str!("refused.md");
const KEYS: &str = include_str!("keys.md");
/// The order of the example whose plan went well.
const ORDER: &str = "WO-2026-014";

pub(super) async fn play(services: &Services, cast: &Cast) -> Result<()> {
    let (app, dana, sam) = (&services.app, &cast.technician.asker, &cast.supervisor.asker);
    let weekly = create::create(app, dana, String::new(), REFUSED).await?;
    let keys = create::create(app, dana, String::new(), KEYS).await?;
    let wired = copy_order::copy_order(app, dana, ORDER).await?;
    for procedure in [&weekly.procedure, &keys.procedure, &wired.procedure] {
        submit::submit(app, dana, procedure, 1).await?;
        approve::approve(app, sam, procedure, 1, None).await?;
    }
    make_order::make_order(app, sam, &weekly.procedure, 1).await?;

    let stricter = REFUSED.replace("\"most\":\"3\"", "\"most\":\"2\"").replace(
        "- [ ] What they have in common\n",
        "- [ ] What they have in common\n- [ ] The screen was kept where a refusal was wrong\n",
    );
    draft::draft(app, dana, &weekly.procedure, &stricter).await?;
    submit::submit(app, dana, &weekly.procedure, 2).await?;
    let safer = KEYS.replace(
        "- [ ] The old key is revoked\n",
        "- [ ] Nobody used the old key for a day\n- [ ] The old key is revoked\n",
    );
    draft::draft(app, &cast.agent.asker, &keys.procedure, &safer).await?;
    schedule(services, cast, &weekly.procedure).await
}

/// Every week from tomorrow on, but for the first time: the desk is closed then.
async fn schedule(services: &Services, cast: &Cast, procedure: &str) -> Result<()> {
    let (app, sam) = (&services.app, &cast.supervisor.asker);
    let tomorrow = app.now().to_chrono().date_naive().succ_opt().unwrap_or_default();
    let terms = Terms {
        rhythm: Rhythm::Weeks { every: 1, on: vec![tomorrow.weekday()] },
        first: tomorrow,
        minute: 6 * 60,
        zone: "UTC".to_owned(),
        lead: 2,
        assignee: Some(cast.technician.assignee()),
        stop_after: 3,
        ..Terms::default()
    };
    let weekly = set_up::create(app, sam, procedure, terms).await?;
    skip::skip(app, sam, &weekly.schedule, tomorrow, "the desk is closed".to_owned()).await.map(drop)
}
