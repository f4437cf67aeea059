//! What happened: the order is planned and approved, work is done by a person and an agent, traces arrive, an auditor
//! judges some of it and finds one thing wrong.

use crate::app::Services;
use crate::audit::actions::{Judgement, NewQuote, NewStatement, judge, state};
use crate::audit::model::{MissingReason, Outcome};
use crate::audit::reads::judged_claims;
use crate::foundation::{Asker, Error, Result};
use crate::intake::ingest::{RequestBody, ingest_otlp};
use crate::ledger::sequencer;
use crate::work_orders::actions::log::Entry;
use crate::work_orders::actions::transition::{Move, transition};
use crate::work_orders::actions::{acknowledge, assign, import, log, tick};
use crate::work_orders::model::{Order, Status, Target};
use crate::work_orders::reads;
use serde_json::Value;
use wire::otlp::Encoding;

use super::cast::{Cast, Player};
use super::stories::{CALL_COUNT, CATALOGUE_ROWS, FIRST_QUESTION, SILENT_FAILURE, STORIES};
use super::traces::Story;

const ORDER: &[u8] = include_bytes!("order.md");

/// The stage: who plays, on which order.
pub(super) struct Stage<'a> {
    services: &'a Services,
    cast: &'a Cast,
    order: String,
}

pub(super) async fn play(services: &Services, cast: &Cast) -> Result<()> {
    let stage = Stage::set(services, cast, &cast.supervisor, ORDER.to_vec()).await?;
    stage.approve().await?;
    send_traces(services, cast, STORIES.iter().map(|story| story.to_otlp(services.app.now()))).await?;
    stage.work().await?;
    stage.judge_some().await?;
    stage.state_one().await?;
    sequencer::sequence_now(&services.app.db, &services.app.log).await?;
    Ok(())
}

/// Sends traces through the door of every client.
pub(super) async fn send_traces(
    services: &Services,
    cast: &Cast,
    traces: impl IntoIterator<Item = Value>,
) -> Result<()> {
    let operator = Asker::operator(cast.supervisor.asker.project);
    for trace in traces {
        let body = RequestBody::plain(trace.to_string().into_bytes());
        ingest_otlp(&services.app, &services.intake, &operator, body, Encoding::Json).await?;
    }
    Ok(())
}

impl<'a> Stage<'a> {
    /// An order that somebody brings in as Markdown.
    pub(super) async fn set(
        services: &'a Services,
        cast: &'a Cast,
        author: &Player,
        markdown: Vec<u8>,
    ) -> Result<Self> {
        let imported = import::import(&services.app, &author.asker, None, markdown).await?;
        Ok(Self { services, cast, order: imported.order_id })
    }
}

impl Stage<'_> {
    pub(super) async fn approve(&self) -> Result<()> {
        let sam = &self.cast.supervisor;
        self.give_to(&self.cast.technician).await?;
        self.move_to(sam, Move::to(Status::Submitted)).await?;
        let signed = Move {
            email: sam.account.email.clone(),
            password: Some(sam.password.clone()),
            ..Move::to(Status::Approved)
        };
        self.move_to(sam, signed).await
    }

    async fn work(&self) -> Result<()> {
        let (dana, relay) = (&self.cast.technician, &self.cast.agent);
        acknowledge::acknowledge(&self.services.orders, &dana.asker, &self.order, 1).await?;
        for place in ["1.1", "1.2", "2", "3.1", "3.2", "3.3"] {
            self.tick(dana, place).await?;
        }
        self.log(dana, "Models wrapped", &["Both models show up in one trace", "Handed the tools to Relay"])
            .await?;
        self.give_to(relay).await?;
        acknowledge::acknowledge(&self.services.orders, &relay.asker, &self.order, 1).await?;
        for place in ["4.1", "4.3"] {
            self.tick(relay, place).await?;
        }
        self.log(relay, "Tools traced", &["Catalogue search and stock lookup record what they return"])
            .await?;
        self.give_to(dana).await?;
        for criterion in ["C1", "C2"] {
            self.tick(dana, criterion).await?;
        }
        Ok(())
    }

    async fn judge_some(&self) -> Result<()> {
        let support = Outcome::Supported;
        self.judge(
            "3.3",
            support,
            &[words(&FIRST_QUESTION, 4, "Use 6205-2RS (row 1181, 25 x 52 x 15 mm).")],
            "",
        )
        .await?;
        self.judge(
            "4.1",
            support,
            &[words(&CATALOGUE_ROWS, 1, r#""query":"shaft seal 40 x 62 x 7 FKM""#)],
            "",
        )
        .await?;
        self.judge(
            "C2",
            support,
            &[words(&CATALOGUE_ROWS, 2, "Row 2207: 40X62X7-FKM. None on the shelf, 3 on order.")],
            "",
        )
        .await?;
        let silent = "The lookup timed out and answered 0; the trace shows no error and the mechanic was told there is none.";
        self.judge(
            "4.3",
            Outcome::Refuted,
            &[words(&SILENT_FAILURE, 1, "default after timeout of 5 s")],
            silent,
        )
        .await?;
        let bypassed = "Three call sites bypass the wrapped client.";
        self.judge("C1", Outcome::Refuted, &[words(&CALL_COUNT, 2, "48 of 51 calls are traced.")], bypassed)
            .await?;
        self.judge("3.2", Outcome::NotEnoughInformation, &[], "Only one of the two models can be seen here.")
            .await
    }

    /// Words of a trace that no tick speaks of.
    async fn state_one(&self) -> Result<()> {
        let dana = &self.cast.technician.asker;
        let asked = NewStatement {
            order_id: self.order.clone(),
            target: self.target("3.3").await?,
            text: "The stock figure was read from shelf B2, it is no default.".to_owned(),
            quote: words(&FIRST_QUESTION, 3, r#""quantity":4,"shelf":"B2""#),
        };
        state(&self.services.app, dana, asked).await?;
        Ok(())
    }

    /// The order that is played on.
    pub(super) fn order_id(&self) -> &str {
        &self.order
    }

    pub(super) async fn give_to(&self, player: &Player) -> Result<()> {
        let sam = &self.cast.supervisor.asker;
        assign::assign(&self.services.orders, sam, &self.order, Some(player.assignee())).await?;
        Ok(())
    }

    pub(super) async fn move_to(&self, player: &Player, to: Move) -> Result<()> {
        transition(&self.services.orders, &player.asker, &self.order, to).await?;
        Ok(())
    }

    pub(super) async fn tick(&self, player: &Player, place: &str) -> Result<()> {
        let target = self.target(place).await?;
        tick::tick(&self.services.orders, &player.asker, &self.order, target).await?;
        Ok(())
    }

    /// The part at a place such as `1.2`.
    pub(super) async fn target(&self, place: &str) -> Result<Target> {
        let target = self.order().await?.resolve_part(place);
        target.ok_or_else(|| Error::internal(format!("the example has no place {place}")))
    }

    async fn log(&self, player: &Player, title: &str, lines: &[&str]) -> Result<()> {
        let lines = lines.iter().map(|line| (*line).to_owned()).collect();
        let entry = Entry { title: title.to_owned(), lines, kind: None, corrects: None };
        log::log(&self.services.orders, &player.asker, &self.order, entry).await?;
        Ok(())
    }

    async fn judge(&self, place: &str, outcome: Outcome, quotes: &[NewQuote], comment: &str) -> Result<()> {
        let (app, mei) = (&self.services.app, &self.cast.auditor);
        let unsettled = outcome == Outcome::NotEnoughInformation;
        let asked = Judgement {
            claim_id: self.claim_at(place).await?,
            outcome,
            quotes: quotes.to_vec(),
            reason: unsettled.then_some(MissingReason::EvidenceIncomplete),
            comment: comment.to_owned(),
            supersedes: None,
        };
        judge(app, &mei.asker, asked).await?;
        Ok(())
    }

    async fn claim_at(&self, place: &str) -> Result<String> {
        let (project, order) = (self.cast.auditor.asker.project, self.order.clone());
        let claims = self.services.app.db.read(move |conn| judged_claims(conn, project, &order)).await?;
        let found = claims.into_iter().find(|judged| judged.claim.place == place);
        found
            .map(|judged| judged.claim.claim_id)
            .ok_or_else(|| Error::internal(format!("the example has no claim {place}")))
    }

    async fn order(&self) -> Result<Order> {
        let (project, order) = (self.cast.auditor.asker.project, self.order.clone());
        self.services.app.db.read(move |conn| reads::load(conn, project, &order, None)).await
    }
}

fn words(story: &Story, span: usize, exact: &str) -> NewQuote {
    NewQuote {
        trace_id: story.trace_id(),
        observation_id: story.span_id(span),
        field: "output".to_owned(),
        exact: exact.to_owned(),
        prefix: String::new(),
        suffix: String::new(),
    }
}
