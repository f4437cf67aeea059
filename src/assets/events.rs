//! The events of an asset, one stream for each.

use serde::{Deserialize, Serialize};

use crate::foundation::stored::Json;
use crate::foundation::{Error, ProjectKey, Result};
use crate::ledger::{Draft, Stream};

use super::model::{AssetName, Code, Facts, MeterFacts};

/// The kind of an asset's stream.
pub const STREAM_KIND: &str = "asset";

/// An asset came onto the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Created {
    pub code: Code,
    pub facts: Facts,
    pub parent: Option<AssetName>,
}

/// What is said of it became another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    pub from: Facts,
    pub to: Facts,
}

/// It became a part of another asset, or of none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    pub from: Option<AssetName>,
    pub to: Option<AssetName>,
}

/// Why it was retired, or taken up again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Because {
    pub reason: String,
}

/// It has one more meter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeterAdded {
    pub meter: String,
    pub to: MeterFacts,
}

/// A meter measures something else, or within other limits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeterChanged {
    pub meter: String,
    pub from: MeterFacts,
    pub to: MeterFacts,
}

/// What a meter showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeterRead {
    pub meter: String,
    /// The meter's name and unit at that moment.
    pub name: String,
    pub unit: String,
    pub reading: String,
    /// The number as it was written.
    pub value: String,
    pub millionths: i64,
    /// How far outside the limits of that moment, in words; empty within them.
    pub beyond: String,
    /// The reading before, where a counter showed less than that.
    pub below: Option<String>,
    /// Why it showed less.
    pub reason: String,
}

/// A reading was wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadingWithdrawn {
    pub meter: String,
    pub reading: String,
    /// What it said, with the meter's name.
    pub was: String,
    pub reason: String,
}

/// Whatever happens to an asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AssetEvent {
    Created(Created),
    Changed(Changed),
    Moved(Moved),
    Retired(Because),
    TakenUp(Because),
    MeterAdded(MeterAdded),
    MeterChanged(MeterChanged),
    MeterRead(MeterRead),
    ReadingWithdrawn(ReadingWithdrawn),
}

impl AssetEvent {
    /// The stored kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Created(_) => "asset.created.v1",
            Self::Changed(_) => "asset.changed.v1",
            Self::Moved(_) => "asset.moved.v1",
            Self::Retired(_) => "asset.retired.v1",
            Self::TakenUp(_) => "asset.taken_up.v1",
            Self::MeterAdded(_) => "asset.meter_added.v1",
            Self::MeterChanged(_) => "asset.meter_changed.v1",
            Self::MeterRead(_) => "asset.meter_read.v1",
            Self::ReadingWithdrawn(_) => "asset.reading_withdrawn.v1",
        }
    }

    /// What is to be written.
    pub fn draft(&self) -> Result<Draft> {
        let data = match self {
            Self::Created(it) => serde_json::to_value(it),
            Self::Changed(it) => serde_json::to_value(it),
            Self::Moved(it) => serde_json::to_value(it),
            Self::Retired(it) | Self::TakenUp(it) => serde_json::to_value(it),
            Self::MeterAdded(it) => serde_json::to_value(it),
            Self::MeterChanged(it) => serde_json::to_value(it),
            Self::MeterRead(it) => serde_json::to_value(it),
            Self::ReadingWithdrawn(it) => serde_json::to_value(it),
        };
        Ok(Draft::new(self.kind(), data?))
    }

    /// Reads a stored one back.
    pub fn read<'a>(kind: &str, data: impl Into<Json<'a>>) -> Result<Self> {
        let data = data.into();
        Ok(match kind {
            "asset.created.v1" => Self::Created(data.read()?),
            "asset.changed.v1" => Self::Changed(data.read()?),
            "asset.moved.v1" => Self::Moved(data.read()?),
            "asset.retired.v1" => Self::Retired(data.read()?),
            "asset.taken_up.v1" => Self::TakenUp(data.read()?),
            "asset.meter_added.v1" => Self::MeterAdded(data.read()?),
            "asset.meter_changed.v1" => Self::MeterChanged(data.read()?),
            "asset.meter_read.v1" => Self::MeterRead(data.read()?),
            "asset.reading_withdrawn.v1" => Self::ReadingWithdrawn(data.read()?),
            other => return Err(Error::internal(format_args!("stored event {other} of an asset"))),
        })
    }
}

/// The stream of an asset.
pub fn stream_of(project: ProjectKey, asset: &str) -> Stream {
    Stream { project, kind: STREAM_KIND, id: asset.to_owned() }
}
