//! What can happen to a schedule, as versioned events on a stream of its own.
//!
//! (`schedule` is the stream of background jobs.) Everything lies in the erasable body; the leaf names nothing of it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::model::{MadeOrder, Terms};
use crate::foundation::stored::{self, Json};
use crate::foundation::{Error, ProjectKey, Result};
use crate::ledger::{Draft, Stream};

/// The kind of a schedule's stream.
pub const STREAM_KIND: &str = "order_schedule";

/// One thing that happened to a schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScheduleEvent {
    #[serde(rename = "order_schedule.created.v1")]
    Created {
        /// The schedule's id.
        schedule: String,
        /// `SC-001`.
        code: String,
        /// The number in the code.
        sequence: i64,
        /// The id of the procedure that its orders are made from.
        procedure: String,
        terms: Terms,
        /// The first day that counts.
        floor: NaiveDate,
    },
    /// What was chosen about it is another.
    #[serde(rename = "order_schedule.changed.v1")]
    Changed {
        terms: Terms,
        /// The first day that counts under it.
        floor: NaiveDate,
        reason: String,
    },
    #[serde(rename = "order_schedule.paused.v1")]
    Paused {
        reason: String,
        /// The local day on which it goes on by itself.
        until: Option<NaiveDate>,
    },
    /// It runs again, by a person, or because its pause is over.
    #[serde(rename = "order_schedule.resumed.v1")]
    Resumed {
        /// The first day that counts again.
        floor: NaiveDate,
        reason: String,
    },
    /// It stopped by itself, because nobody touched these orders.
    #[serde(rename = "order_schedule.stopped.v1")]
    Stopped { orders: Vec<MadeOrder> },
    /// It makes no orders any more.
    #[serde(rename = "order_schedule.ended.v1")]
    Ended { reason: String },
    #[serde(rename = "order_schedule.order_made.v1")]
    OrderMade {
        /// The day that it was made for.
        day: NaiveDate,
        order: MadeOrder,
        /// The version of the procedure.
        of: u32,
        /// The state that it began in.
        status: String,
        /// How many events made it.
        events: i64,
    },
    /// Its order could not be made; it is tried again until it can, or a later day has come.
    #[serde(rename = "order_schedule.order_not_made.v1")]
    OrderNotMade { day: NaiveDate, why: String },
    /// Days for which no order is made any more, because a later one had come.
    #[serde(rename = "order_schedule.days_missed.v1")]
    DaysMissed { days: Vec<NaiveDate> },
    /// Somebody left a day out.
    #[serde(rename = "order_schedule.day_skipped.v1")]
    DaySkipped { day: NaiveDate, reason: String },
}

impl ScheduleEvent {
    /// The kind with its version, as stored beside the event.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Created { .. } => "order_schedule.created.v1",
            Self::Changed { .. } => "order_schedule.changed.v1",
            Self::Paused { .. } => "order_schedule.paused.v1",
            Self::Resumed { .. } => "order_schedule.resumed.v1",
            Self::Stopped { .. } => "order_schedule.stopped.v1",
            Self::Ended { .. } => "order_schedule.ended.v1",
            Self::OrderMade { .. } => "order_schedule.order_made.v1",
            Self::OrderNotMade { .. } => "order_schedule.order_not_made.v1",
            Self::DaysMissed { .. } => "order_schedule.days_missed.v1",
            Self::DaySkipped { .. } => "order_schedule.day_skipped.v1",
        }
    }

    /// The draft for the ledger.
    pub fn draft(&self) -> Result<Draft> {
        Ok(Draft::new(self.kind(), stored::event(self)?))
    }

    /// Reads the stored form; the kind stored beside it must be the one inside.
    pub fn from_json<'a>(kind: &str, body: impl Into<Json<'a>>) -> Result<Self> {
        let event = body.into().event(kind)?;
        event.ok_or_else(|| Error::internal(format!("unknown event {kind} of a schedule")))
    }
}

/// The stream of one schedule.
pub fn stream_of(project: ProjectKey, schedule: &str) -> Stream {
    Stream { project, kind: STREAM_KIND, id: schedule.to_owned() }
}
