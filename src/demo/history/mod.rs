//! The last three months: what happened, in the order of time, by a clock that the story moves.
//!
//! Tables say what; every act is the one that a page, an agent or a client would have done, at its moment. Nothing is of today,
//! and two installations that are filled on one day tell the same.

mod acts;
mod files;
mod judged;
mod kept;
mod orders;
mod paper;
mod player;

use crate::foundation::money::Currency;
use crate::foundation::{Asker, Error, Result};
use crate::order_settings::currency;
use crate::order_settings::policies::{self, PolicyChange};
use crate::work_orders::model::TypeClass;

use super::calls::{self, CALLS, Call};
use super::cast::Cast;
use super::days::{At, Days, at};
use super::fleet;
use super::past::Past;
use super::procedures::{self, Chapter, Written};
use super::readings::{self, READINGS, Reading};
use super::schedules::{self, Kept};
use super::shop;
use acts::{Act, Tale};
use orders::TALES;
use player::Told;

/// When the first of it happens.
pub(super) const FIRST: At = at(65, 7, 0);
/// Every so many working days the jobs that wait are run and what came is receipted, as a server does all the time.
const SETTLED: u16 = 6;

/// One thing that happens.
#[derive(Clone, Copy)]
enum Scene {
    Act(&'static str, &'static Act),
    Call(&'static Call),
    Reading(&'static Reading),
    Chapter(Chapter),
    Schedule(&'static Kept),
    /// Orders of schedules are made, as every minute.
    Due,
    /// The budgets of the fleet are set.
    Budgets,
    /// The runs of the fleet of a day, so many working days ago.
    Runs(u16),
    /// What its provider says it billed is brought in.
    Billed,
    Settle,
}

/// Plays all of it; gives the procedures that today goes on with.
pub(super) async fn play(past: &Past, cast: &Cast, days: Days) -> Result<Written> {
    settings(past, cast).await?;
    shop::register(&past.services.app, cast).await?;
    let mut told = Told::new(past, cast, days);
    for (at, scene) in timeline(days) {
        past.go_to(days.moment(at));
        let what = told.play(scene).await;
        what.map_err(|cause| Error::internal(format!("{} {at:?}: {cause}", told.name_of(scene))))?;
        past.pass();
    }
    told.written()
}

/// What the workshop decides before it begins: its currency, and that routine work is closed without an auditor.
async fn settings(past: &Past, cast: &Cast) -> Result<()> {
    let (app, operator) = (&past.services.app, Asker::operator(cast.supervisor.asker.project));
    let currency = Currency::parse(kept::CURRENCY).ok_or_else(|| Error::internal("no such currency"))?;
    currency::set(app, &operator, currency).await?;
    let routine = PolicyChange { verification_waived: Some(true), ..PolicyChange::default() };
    policies::set(app, &operator, TypeClass::Preventive, routine).await.map(drop)
}

/// Everything, the oldest first; what is of one moment stays in the order of the tables.
fn timeline(days: Days) -> Vec<(At, Scene)> {
    let acts = TALES.iter().copied().flatten().flat_map(|tale: &'static Tale| {
        tale.acts.iter().map(move |(at, act)| (*at, Scene::Act(tale.key, act)))
    });
    let calls = CALLS.iter().copied().flatten().map(|call: &'static Call| (call.at, Scene::Call(call)));
    let readings = READINGS.iter().map(|reading| (reading.at, Scene::Reading(reading)));
    let chapters = procedures::HISTORY.iter().map(|(at, chapter)| (*at, Scene::Chapter(*chapter)));
    let kept = schedules::HISTORY.iter().map(|kept| (kept.at, Scene::Schedule(kept)));
    let due = schedules::DUE.iter().map(|ago| (at(*ago, 7, 10), Scene::Due));
    let settled = (1..65 / SETTLED).map(|time| (at(65 - time * SETTLED, 18, 0), Scene::Settle));
    let mut all: Vec<(At, Scene)> = chapters.chain(readings).chain(calls).chain(acts).collect();
    let runs = fleet::past_days().map(|(at, ago)| (at, Scene::Runs(ago)));
    all.extend(kept.chain(due).chain(settled).chain(runs));
    all.extend([(fleet::BUDGETS, Scene::Budgets), (fleet::BILLED, Scene::Billed)]);
    all.sort_by_key(|(at, _)| days.moment(*at));
    all
}

impl Told<'_> {
    async fn play(&mut self, scene: Scene) -> Result<()> {
        match scene {
            Scene::Act(key, act) => self.act(key, act).await,
            Scene::Call(call) => {
                let order = self.number_of(call.order)?;
                calls::send(&self.past().services, self.cast(), call, order.as_deref()).await
            }
            Scene::Reading(reading) => readings::read(&self.past().services.app, self.cast(), reading).await,
            Scene::Chapter(chapter) => self.chapter(chapter).await,
            Scene::Schedule(kept) => self.schedule(kept).await,
            Scene::Due => schedules::make_what_is_due(&self.past().services.app).await,
            Scene::Budgets => fleet::set(&self.past().services.app, self.cast()).await,
            Scene::Runs(ago) => fleet::of_day(&self.past().services, self.cast(), self.days(), ago).await,
            Scene::Billed => fleet::bring(&self.past().services.app, self.cast(), self.days()).await,
            Scene::Settle => self.past().settle().await,
        }
    }

    /// For a fault of the tables.
    fn name_of(&self, scene: Scene) -> &'static str {
        match scene {
            Scene::Act(key, _) => key,
            Scene::Call(call) => call.key,
            Scene::Reading(reading) => reading.meter,
            Scene::Chapter(chapter) => chapter.code(),
            Scene::Schedule(kept) => kept.procedure,
            Scene::Budgets | Scene::Runs(_) | Scene::Billed => "the fleet",
            Scene::Due | Scene::Settle => "what a server does by itself",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::foundation::Timestamp;

    #[test]
    fn the_tables_agree_with_themselves() {
        let keys: Vec<&str> = TALES.iter().copied().flatten().map(|tale| tale.key).collect();
        let known: BTreeSet<&str> = keys.iter().copied().collect();
        assert_eq!(keys.len(), known.len(), "each order is told once");
        assert!((38..=50).contains(&keys.len()), "{}", keys.len());
        let days = Days::until(Timestamp(1_795_251_600_000_000));
        for tale in TALES.iter().copied().flatten() {
            let moments: Vec<Timestamp> = tale.acts.iter().map(|(at, _)| days.moment(*at)).collect();
            assert!(moments.is_sorted(), "{} goes back in time", tale.key);
        }
        let calls: Vec<&str> = CALLS.iter().copied().flatten().map(|call| call.key).collect();
        assert_eq!(calls.len(), calls.iter().collect::<BTreeSet<_>>().len(), "each call is told once");
        for call in CALLS.iter().copied().flatten() {
            let (key, _) = call.order;
            assert!(key.is_empty() || known.contains(key), "{}: no order {key}", call.key);
        }
    }
}
