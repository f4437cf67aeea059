//! What can be gathered on an order, as versioned events of its stream.

use serde::{Deserialize, Serialize};

use crate::model::{FilePlace, FileState, Picture, Quantity, Target};
use foundation::money::Money;
use foundation::{Digest, Timestamp};

/// Why a timer stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopCause {
    /// Somebody pressed Stop.
    Pressed,
    /// They started another one.
    OtherStarted,
    /// The order was put on hold.
    Hold,
    /// The order was completed.
    Completed,
    /// They signed.
    Signed,
    /// Their work was handed over to somebody else.
    HandedOver,
    /// A supervisor stopped it for them.
    ByAnother,
}

/// How long somebody worked: from when until when, or so many minutes of a day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worked {
    /// Whole minutes; of a span, what lies between.
    pub minutes: u32,
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
    /// `2026-11-21`; empty for a span.
    pub day: String,
    pub note: String,
}

/// So many of a part, at what cost, from where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartAmount {
    pub quantity: Quantity,
    pub unit: String,
    pub unit_cost: Option<Money>,
    /// A store, an order number; may be empty.
    pub source: String,
}

/// Something that was gathered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GatheredEvent {
    #[serde(rename = "work_order.file_added.v1")]
    FileAdded {
        /// The file's id; its bytes lie under it.
        file: String,
        place: FilePlace,
        name: String,
        /// As told from the bytes.
        media_type: String,
        /// Bytes.
        size: u64,
        /// SHA-256 of the bytes.
        digest: Digest,
        description: String,
        picture: Option<Picture>,
    },
    /// A file was taken back; it stays in the history, and so do its bytes.
    #[serde(rename = "work_order.file_withdrawn.v1")]
    FileWithdrawn { file: String, reason: String },
    /// The stored bytes were held against the digest, and it came out otherwise than before.
    #[serde(rename = "work_order.file_checked.v1")]
    FileChecked { file: String, found: FileState },
    /// A place on a picture was pinned.
    #[serde(rename = "work_order.pin_placed.v1")]
    PinPlaced {
        pin: String,
        file: String,
        /// In ten-thousandths of the width, from the left.
        x: u16,
        /// In ten-thousandths of the height, from the top.
        y: u16,
        text: String,
    },
    /// A pin was taken back; it stays in the history.
    #[serde(rename = "work_order.pin_removed.v1")]
    PinRemoved {
        pin: String,
        file: String,
        /// Why; empty where none was asked for.
        reason: String,
    },
    #[serde(rename = "work_order.timer_started.v1")]
    TimerStarted { timer: String },
    #[serde(rename = "work_order.timer_stopped.v1")]
    TimerStopped {
        timer: String,
        /// Whose it is; whoever holds or completes the order stops those of others.
        account: String,
        cause: StopCause,
    },
    #[serde(rename = "work_order.time_logged.v1")]
    TimeLogged { entry: String, worked: Worked },
    #[serde(rename = "work_order.time_corrected.v1")]
    TimeCorrected {
        /// The new entry.
        entry: String,
        /// The one it replaces.
        corrects: String,
        worked: Worked,
        reason: String,
    },
    /// How many of a planned part are wanted, at what cost.
    #[serde(rename = "work_order.part_planned.v1")]
    PartPlanned {
        line: String,
        part: String,
        name: String,
        amount: PartAmount,
        /// Why, where the plan was approved: it changes that plan then. Absent before that, and in events from before it was
        /// asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    #[serde(rename = "work_order.part_used.v1")]
    PartUsed {
        line: String,
        /// The entry of the plan that it is, if it is one.
        part: Option<String>,
        name: String,
        amount: PartAmount,
    },
    #[serde(rename = "work_order.part_use_corrected.v1")]
    PartUseCorrected { line: String, corrects: String, amount: PartAmount, reason: String },
    /// A comment or an entry of the log speaks to members of the project.
    #[serde(rename = "work_order.people_mentioned.v1")]
    PeopleMentioned { entry: String, people: Vec<Mentioned> },
    /// What a device kept was not put into the record: something else stands there, and whoever kept it left it at that.
    #[serde(rename = "work_order.queued_entry_set_aside.v1")]
    QueuedEntrySetAside {
        /// The part it was about; none for the whole order.
        target: Option<Target>,
        /// What it would have recorded.
        said: String,
    },
}

/// Somebody who is spoken to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mentioned {
    pub account: String,
    /// Their name at that time.
    pub name: String,
    /// The words that name them, with the sign.
    pub words: String,
}

impl GatheredEvent {
    /// Whether it only adds to the record and changes nothing of what was signed.
    pub fn only_adds(&self) -> bool {
        matches!(
            self,
            Self::FileAdded { .. }
                | Self::FileChecked { .. }
                | Self::PinPlaced { .. }
                | Self::TimerStarted { .. }
                | Self::TimerStopped { .. }
                | Self::TimeLogged { .. }
                | Self::PeopleMentioned { .. }
                | Self::QueuedEntrySetAside { .. }
        )
    }

    /// The kind with its version, as stored beside the event.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::FileAdded { .. } => "work_order.file_added.v1",
            Self::FileWithdrawn { .. } => "work_order.file_withdrawn.v1",
            Self::FileChecked { .. } => "work_order.file_checked.v1",
            Self::PinPlaced { .. } => "work_order.pin_placed.v1",
            Self::PinRemoved { .. } => "work_order.pin_removed.v1",
            Self::TimerStarted { .. } => "work_order.timer_started.v1",
            Self::TimerStopped { .. } => "work_order.timer_stopped.v1",
            Self::TimeLogged { .. } => "work_order.time_logged.v1",
            Self::TimeCorrected { .. } => "work_order.time_corrected.v1",
            Self::PartPlanned { .. } => "work_order.part_planned.v1",
            Self::PartUsed { .. } => "work_order.part_used.v1",
            Self::PartUseCorrected { .. } => "work_order.part_use_corrected.v1",
            Self::PeopleMentioned { .. } => "work_order.people_mentioned.v1",
            Self::QueuedEntrySetAside { .. } => "work_order.queued_entry_set_aside.v1",
        }
    }
}
