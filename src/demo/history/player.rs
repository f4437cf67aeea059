//! Who plays the acts of orders: each by the action that a page would have taken.

use std::collections::BTreeMap;

use chrono::Datelike as _;

use crate::demo::cast::{Cast, Who};
use crate::demo::days::Days;
use crate::demo::past::Past;
use crate::demo::procedures::{Chapter, Written};
use crate::demo::schedules::Kept;
use crate::foundation::{Error, Result};
use crate::maintenance::procedures::actions::make_order;
use crate::work_orders::actions::transition::{Move, transition};
use crate::work_orders::actions::{
    acknowledge, answer, assign, comment, follow_up, import, log, relate, split, tick, undo,
};
use crate::work_orders::model::{Order, RelationKind, Status, Target, When};
use crate::work_orders::{Orders, reads};

use super::acts::{Act, Next};
use super::paper::Paper;

/// What was told so far.
pub(super) struct Told<'a> {
    past: &'a Past,
    cast: &'a Cast,
    days: Days,
    /// Id and number by the tables' name.
    orders: BTreeMap<&'static str, (String, String)>,
    /// The standing verdicts, by judge and claim.
    pub(super) verdicts: BTreeMap<(Who, String), String>,
    /// Ids by code.
    procedures: BTreeMap<&'static str, String>,
    /// The year whose book of numbers is open, and the last of it.
    book: (i32, u32),
}

impl<'a> Told<'a> {
    pub(super) fn new(past: &'a Past, cast: &'a Cast, days: Days) -> Self {
        let (orders, verdicts, procedures) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { past, cast, days, orders, verdicts, procedures, book: (0, 0) }
    }

    pub(super) fn past(&self) -> &'a Past {
        self.past
    }

    pub(super) fn cast(&self) -> &'a Cast {
        self.cast
    }

    pub(super) fn days(&self) -> Days {
        self.days
    }

    pub(super) fn service(&self) -> &'a Orders {
        &self.past.services.orders
    }

    /// `WO-2026-101/1.2` for a place of an order; none for no order.
    pub(super) fn number_of(&self, (key, place): (&str, &str)) -> Result<Option<String>> {
        if key.is_empty() {
            return Ok(None);
        }
        let (_, number) = self.known(key)?;
        Ok(Some(if place.is_empty() { number.clone() } else { format!("{number}/{place}") }))
    }

    fn known(&self, key: &str) -> Result<&(String, String)> {
        self.orders.get(key).ok_or_else(|| Error::internal(format!("the story has no order {key} yet")))
    }

    pub(super) fn id(&self, key: &str) -> Result<&str> {
        self.known(key).map(|(id, _)| id.as_str())
    }

    pub(super) async fn load(&self, key: &str) -> Result<Order> {
        let (project, id) = (self.cast.supervisor.asker.project, self.id(key)?.to_owned());
        self.past.services.app.db.read(move |conn| reads::load(conn, project, &id, None)).await
    }

    pub(super) async fn place(&self, key: &str, place: &str) -> Result<Target> {
        part(&self.load(key).await?, place)
    }

    /// Plays one act of an order.
    pub(super) async fn act(&mut self, key: &'static str, act: &'static Act) -> Result<()> {
        match act {
            Act::Write(who, paper) => self.write(key, *who, paper).await,
            Act::Make(who, code, version) => self.make(key, *who, (*code, *version)).await,
            Act::Submit(who) => self.go(key, *who, Move::to(Status::Submitted)).await,
            Act::SendBack(who, why) => self.go(key, *who, because(Status::Draft, why)).await,
            Act::Approve(who, to) => {
                self.give(key, *who, *to).await?;
                self.sign(key, *who, Move::to(Status::Approved)).await
            }
            Act::ApproveOnly(who) => self.sign(key, *who, Move::to(Status::Approved)).await,
            Act::Give(who, to) => self.give(key, *who, *to).await,
            Act::Hold(who, hold, why) => {
                self.go(key, *who, Move { hold: Some(*hold), ..because(Status::OnHold, why) }).await
            }
            Act::Resume(who) => self.resume(key, *who).await,
            Act::FollowUp(who, place, next) => self.follow_up(key, *who, place, next).await,
            Act::Split(who, place, next) => self.split(key, *who, place, next).await,
            Act::BlockedBy(who, other) => self.blocked_by(key, *who, other).await,
            Act::Complete(who, outcome, words) => {
                let done = Move { outcome: Some(*outcome), ..because(Status::Completed, words) };
                self.sign(key, *who, done).await
            }
            Act::Return(who, why) | Act::Reopen(who, why) => {
                self.go(key, *who, because(Status::InProgress, why)).await
            }
            Act::Verify(who) => self.sign(key, *who, Move::to(Status::Verified)).await,
            Act::Close(who) => self.sign(key, *who, Move::to(Status::Closed)).await,
            Act::Cancel(who, why) => self.go(key, *who, because(Status::Cancelled, why)).await,
            Act::Judge(who, places) => self.judge_all(key, *who, places).await,
            other => self.work(key, other).await,
        }
    }

    /// What whoever does the work records.
    async fn work(&self, key: &str, act: &Act) -> Result<()> {
        let (service, id) = (self.service(), self.id(key)?);
        let asker = |who: &Who| &self.cast.of(*who).asker;
        match act {
            Act::ReadSafety(who) => {
                let version = self.load(key).await?.safety.version;
                acknowledge::acknowledge(service, asker(who), id, version).await.map(drop)
            }
            Act::Tick(who, places) => {
                let order = self.load(key).await?;
                for place in *places {
                    tick::tick(service, asker(who), id, part(&order, place)?).await?;
                    self.past.pass();
                }
                Ok(())
            }
            Act::Answer(who, place, given, note) => {
                let item = self.place(key, place).await?.id().to_owned();
                let (given, note) = ((*given).to_owned(), (*note).to_owned());
                answer::answer(service, asker(who), id, item, given, note).await.map(drop)
            }
            Act::Skip(who, place, why) => {
                let item = self.place(key, place).await?.id().to_owned();
                answer::skip(service, asker(who), id, item, (*why).to_owned()).await.map(drop)
            }
            Act::Undo(who, place, why) => {
                let target = self.place(key, place).await?;
                undo::undo(service, asker(who), id, target, (*why).to_owned()).await.map(drop)
            }
            Act::Log(who, title, lines) => {
                let lines = lines.iter().map(|line| (*line).to_owned()).collect();
                let entry = log::Entry { title: (*title).to_owned(), lines, kind: None, corrects: None };
                log::log(service, asker(who), id, entry).await.map(drop)
            }
            Act::Say(who, text) => {
                comment::comment(service, asker(who), id, self.cast.spoken(text)).await.map(drop)
            }
            other => self.keep(key, other).await,
        }
    }

    /// Files bring the numbers of the workshop's own book, which begins each year above 100; what is made here is numbered here.
    async fn write(&mut self, key: &'static str, who: Who, paper: &Paper) -> Result<()> {
        let app = &self.past.services.app;
        let year = app.now().to_chrono().year();
        let (of, last) = self.book;
        let place = if of == year { last + 1 } else { 101 };
        let file = paper.file(self.days, &format!("WO-{year}-{place}")).into_bytes();
        let name = format!("{key}.md");
        let made = import::import(app, &self.cast.of(who).asker, Some(name), file).await?;
        self.book = (year, place);
        self.orders.insert(key, (made.order_id, made.number.to_string()));
        Ok(())
    }

    async fn make(&mut self, key: &'static str, who: Who, (code, version): (&str, u32)) -> Result<()> {
        let procedure = self.procedure(code)?;
        let asker = &self.cast.of(who).asker;
        let made = make_order::make_order(&self.past.services.app, asker, procedure, version).await?;
        self.orders.insert(key, (made.order_id, made.number.to_string()));
        Ok(())
    }

    async fn give(&self, key: &str, who: Who, to: Who) -> Result<()> {
        let to = Some(self.cast.of(to).assignee());
        assign::assign(self.service(), &self.cast.of(who).asker, self.id(key)?, to).await.map(drop)
    }

    async fn go(&self, key: &str, who: Who, to: Move) -> Result<()> {
        transition(self.service(), &self.cast.of(who).asker, self.id(key)?, to).await.map(drop)
    }

    async fn sign(&self, key: &str, who: Who, to: Move) -> Result<()> {
        let player = self.cast.of(who);
        let (email, password) = (player.account.email.clone(), Some(player.password.clone()));
        self.go(key, who, Move { email, password, ..to }).await
    }

    /// Back to where it was held.
    async fn resume(&self, key: &str, who: Who) -> Result<()> {
        let to = if self.load(key).await?.started { Status::InProgress } else { Status::Approved };
        self.go(key, who, Move::to(to)).await
    }

    async fn follow_up(&mut self, key: &str, who: Who, place: &str, next: &Next) -> Result<()> {
        let asked = follow_up::Asked {
            about: self.place(key, place).await?,
            title: next.title.to_owned(),
            priority: next.priority,
            due: Some(When::read(&self.days.day(next.due))),
            note: next.why.to_owned(),
        };
        let made =
            follow_up::follow_up(self.service(), &self.cast.of(who).asker, self.id(key)?, asked).await?;
        self.orders.insert(next.key, (made.order_id, made.number.to_string()));
        Ok(())
    }

    async fn split(&mut self, key: &str, who: Who, place: &str, next: &Next) -> Result<()> {
        let asked = split::Asked {
            steps: vec![self.place(key, place).await?.id().to_owned()],
            title: next.title.to_owned(),
            reason: next.why.to_owned(),
        };
        let made = split::split(self.service(), &self.cast.of(who).asker, self.id(key)?, asked).await?;
        self.orders.insert(next.key, (made.order_id, made.number.to_string()));
        Ok(())
    }

    async fn blocked_by(&self, key: &str, who: Who, other: &str) -> Result<()> {
        let (_, number) = self.known(other)?;
        let (asker, kind) = (&self.cast.of(who).asker, RelationKind::BlockedBy);
        relate::relate(self.service(), asker, self.id(key)?, kind, number.clone()).await.map(drop)
    }

    /// A chapter of the procedures, which orders are made from afterwards.
    pub(super) async fn chapter(&mut self, chapter: Chapter) -> Result<()> {
        let known = self.procedures.get(chapter.code()).cloned();
        let procedure = chapter.play(&self.past.services.app, self.cast, self.days, known).await?;
        self.procedures.insert(chapter.code(), procedure);
        Ok(())
    }

    fn procedure(&self, code: &str) -> Result<&str> {
        let found = self.procedures.get(code).map(String::as_str);
        found.ok_or_else(|| Error::internal(format!("the story has no {code} yet")))
    }

    /// Somebody sets up a schedule.
    pub(super) async fn schedule(&self, kept: &Kept) -> Result<()> {
        kept.set_up(&self.past.services.app, self.cast, self.days, self.procedure(kept.procedure)?).await
    }

    /// The procedures that the story goes on with today.
    pub(super) fn written(self) -> Result<Written> {
        let id = |code: &str| self.procedures.get(code).cloned();
        let found = id("PR-001").zip(id("PR-002"));
        let (weekly, keys) = found.ok_or_else(|| Error::internal("the story has lost its procedures"))?;
        Ok(Written { weekly, keys })
    }
}

fn because(to: Status, why: &str) -> Move {
    Move { reason: why.to_owned(), ..Move::to(to) }
}

fn part(order: &Order, place: &str) -> Result<Target> {
    let found = order.resolve_part(place);
    found.ok_or_else(|| Error::internal(format!("{} has no place {place}", order.number)))
}
