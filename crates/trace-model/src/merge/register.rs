//! Values that know when they were said, so that two of them can be joined in any order.

use serde::{Deserialize, Serialize};

use crate::{BodyRef, Stamp};

/// The value said last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Latest<T>(Option<(Stamp, T)>);

/// The value said first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Earliest<T>(Option<(Stamp, T)>);

/// The body said last, where a truthy one beats any other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LatestBody(Option<(Stamp, BodyRef)>);

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Default for Earliest<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Clone> Latest<T> {
    /// Hears a value, if there is one.
    pub fn hear(&mut self, stamp: Stamp, value: Option<&T>) {
        if let Some(value) = value
            && self.0.as_ref().is_none_or(|(known, _)| *known < stamp)
        {
            self.0 = Some((stamp, value.clone()));
        }
    }

    /// Hears what another register heard.
    pub fn join(&mut self, other: &Self) {
        if let Some((stamp, value)) = &other.0 {
            self.hear(*stamp, Some(value));
        }
    }

    /// The value.
    pub fn get(&self) -> Option<&T> {
        self.0.as_ref().map(|(_, value)| value)
    }
}

impl<T: Clone> Earliest<T> {
    /// Hears a value, if there is one.
    pub fn hear(&mut self, stamp: Stamp, value: Option<&T>) {
        if let Some(value) = value
            && self.0.as_ref().is_none_or(|(known, _)| stamp < *known)
        {
            self.0 = Some((stamp, value.clone()));
        }
    }

    /// Hears what another register heard.
    pub fn join(&mut self, other: &Self) {
        if let Some((stamp, value)) = &other.0 {
            self.hear(*stamp, Some(value));
        }
    }

    /// The value.
    pub fn get(&self) -> Option<&T> {
        self.0.as_ref().map(|(_, value)| value)
    }
}

impl LatestBody {
    /// Hears a body, if there is one.
    pub fn hear(&mut self, stamp: Stamp, value: Option<BodyRef>) {
        let Some(value) = value else { return };
        let rank = |stamp: Stamp, body: &BodyRef| (body.truthy, stamp);
        if self.0.as_ref().is_none_or(|(known, body)| rank(*known, body) < rank(stamp, &value)) {
            self.0 = Some((stamp, value));
        }
    }

    /// Hears what another register heard.
    pub fn join(&mut self, other: &Self) {
        if let Some((stamp, value)) = other.0 {
            self.hear(stamp, Some(value));
        }
    }

    /// The body.
    pub fn get(&self) -> Option<BodyRef> {
        self.0.map(|(_, body)| body)
    }
}
