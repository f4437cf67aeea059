//! What became of the files of a folder, and a clash of two texts.

use order_markdown::merge::{Merged, merge};

use crate::foundation::Timestamp;

/// What became of one file or order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The file, as the folder names it.
    pub path: String,
    /// The number of the order; empty where there is none.
    pub number: String,
    pub did: Did,
}

/// What was done, or would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Did {
    /// The file became a draft.
    Imported,
    /// The file was known by its bytes and belongs to an order again.
    Found,
    /// The plan was changed to what the file says.
    PlanChanged,
    /// The file was rewritten to what the order says.
    FileWritten,
    /// Both.
    Joined,
    /// An order that had no file has one.
    FileMade,
    /// The file is called otherwise than before.
    Renamed(String),
    /// The file is gone; the order stays.
    Gone,
    /// Both changed the same words; this many places.
    Clash(usize),
    /// Nothing was done, and why.
    Refused(String),
}

impl Did {
    /// Whether somebody has to do something about it.
    pub fn waits(&self) -> bool {
        matches!(self, Self::Clash(_) | Self::Refused(_))
    }

    /// In words.
    pub fn words(&self) -> String {
        match self {
            Self::Imported => "imported as a draft".to_owned(),
            Self::Found => "is in step again".to_owned(),
            Self::PlanChanged => "plan changed from the file".to_owned(),
            Self::FileWritten => "file written from the order".to_owned(),
            Self::Joined => "changes of both joined".to_owned(),
            Self::FileMade => "file made of the order".to_owned(),
            Self::Renamed(from) => format!("is what {from} was"),
            Self::Gone => "the file is gone; the order stays".to_owned(),
            Self::Clash(1) => {
                "clash: 1 place was changed on both sides; decide on the order's page".to_owned()
            }
            Self::Clash(count) => {
                format!("clash: {count} places were changed on both sides; decide on the order's page")
            }
            Self::Refused(why) => format!("refused: {why}"),
        }
    }
}

/// What one look at a folder came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub lines: Vec<Line>,
    /// Files that are as their orders are.
    pub unchanged: usize,
}

impl Report {
    /// Whether somebody has to do something.
    pub fn waits(&self) -> bool {
        self.lines.iter().any(|line| line.did.waits())
    }
}

/// Where a file and an order were both changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    pub order_id: String,
    pub path: String,
    /// What both came from.
    pub base: String,
    pub file: String,
    pub at: Timestamp,
    pub settled: Option<Settled>,
}

/// What somebody decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// What the file is to become, but for what changes here later.
    pub file: String,
    /// The order as it was decided with.
    pub here: String,
    pub by: String,
    pub at: Timestamp,
}

impl Clash {
    /// The texts brought together with the order as it is now.
    pub fn merged(&self, here: &str) -> Merged {
        merge(&self.base, &self.file, here)
    }
}
