//! The other orders of the desk: one that is late, one due tomorrow whose trace let a key through, one that waits for
//! somebody outside, and one that waits to be approved.

use crate::app::Services;
use crate::foundation::Result;
use crate::foundation::ids::random_bytes;
use crate::work_orders::actions::transition::Move;
use crate::work_orders::model::{HoldCode, Status};

use super::cast::Cast;
use super::play::{Stage, send_traces};
use super::stories::KEY_IN_LOG;

const LATE: &str = include_str!("late.md");
const SOON: &str = include_str!("soon.md");
const HELD: &str = include_str!("held.md");
const ASKED: &str = include_str!("asked.md");

/// What stands in the story where the key does; a real key would not be one for long.
const KEY: &str = "KEY-OF-THE-DAY";

pub(super) async fn play(services: &Services, cast: &Cast) -> Result<()> {
    let day = |days: i64| {
        let at = services.app.now().plus_micros(days * 86_400_000_000);
        at.to_chrono().format("%Y-%m-%d").to_string()
    };
    let dated =
        |order: &str, due: i64| order.replace("{written}", &day(-9)).replace("{due}", &day(due)).into_bytes();

    let held = Stage::set(services, cast, &cast.supervisor, dated(HELD, 6)).await?;
    held.approve().await?;
    held.tick(&cast.technician, "1.1").await?;
    let hold = Move {
        hold: Some(HoldCode::Vendor),
        reason: "The maker of the scale has not sent the interface description yet.".to_owned(),
        ..Move::to(Status::OnHold)
    };
    held.move_to(&cast.technician, hold).await?;

    let asked = Stage::set(services, cast, &cast.technician, dated(ASKED, 12)).await?;
    asked.move_to(&cast.technician, Move::to(Status::Submitted)).await?;

    let soon = Stage::set(services, cast, &cast.supervisor, dated(SOON, 1)).await?;
    soon.approve().await?;
    let leaking = KEY_IN_LOG.to_otlp(services.app.now()).to_string().replace(KEY, &made_up_key());
    send_traces(services, cast, [serde_json::from_str(&leaking)?]).await?;
    soon.tick(&cast.technician, "1.1").await?;

    let late = Stage::set(services, cast, &cast.supervisor, dated(LATE, -2)).await?;
    late.approve().await?;
    for place in ["1.1", "1.2", "2.1"] {
        late.tick(&cast.technician, place).await?;
    }
    Ok(())
}

/// Shaped like the secret key of a project, made up on the spot: nothing takes it.
fn made_up_key() -> String {
    let hex = hex::encode(random_bytes::<16>());
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("sk-lf-{}-{}-4{}-a{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}
