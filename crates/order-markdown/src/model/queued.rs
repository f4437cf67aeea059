//! What a device kept while it had no network: when it says that a record was made, and how the part it is about stood then.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Order, Target};
use foundation::Timestamp;

/// What a device claims about a record that it kept and sent later. It stands beside the data of the event, whose own time is
/// when it was received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queued {
    /// The entry's id, a UUID made by the device.
    pub entry: String,
    /// When it was made, as the device says.
    pub claimed: Timestamp,
    /// The device's clock when it was sent.
    pub sent: Timestamp,
}

impl Queued {
    /// The member of an event's data under which it stands.
    pub const FIELD: &'static str = "queued";

    /// Puts it beside the data of an event.
    pub fn put_into(&self, data: &mut Value) {
        if let (Some(fields), Ok(value)) = (data.as_object_mut(), serde_json::to_value(self)) {
            fields.insert(Self::FIELD.to_owned(), value);
        }
    }

    /// Reads it from the data of an event; none where the record was made with the network.
    pub fn of(data: &Value) -> Option<Self> {
        serde_json::from_value(data.get(Self::FIELD)?.clone()).ok()
    }
}

impl Order {
    /// The latest record about a part, in a word that changes whenever there is a new one and never otherwise: what is ticked
    /// elsewhere in the order leaves it alone. None where there is no such part.
    pub fn standing(&self, target: &Target) -> Option<String> {
        let ticks = self.ticks(target)?;
        let mut word = match ticks.0.last() {
            None => "open".to_owned(),
            Some(tick) if tick.undone.is_some() => format!("{}-undone", tick.id),
            Some(tick) if tick.attested.is_some() => format!("{}-attested", tick.id),
            Some(tick) => tick.id.clone(),
        };
        if let Target::Item(id) = target
            && let Some(skipped) = self.item(id).and_then(|(_, item)| item.skipped.as_ref())
        {
            word = format!("{word}-aside-{}", skipped.at.0);
        }
        Some(word)
    }
}
