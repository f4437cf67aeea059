//! How much one request may hold. Two bytes of a body may become three hundred in memory, so bytes alone bound nothing.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error as _, SeqAccess, Visitor};

use foundation::Error;

/// The most events, spans or scores in one request, and the most entries of any list in one.
pub const MOST: usize = 50_000;

/// The refusal of a request that holds more.
pub fn too_many(what: &str) -> Error {
    Error::TooLarge(format!("a request may hold at most {MOST} {what}: send smaller batches").into())
}

/// A list that is refused while it is read when it holds more than [`MOST`] entries.
#[derive(Debug)]
pub struct AtMost<T>(pub Vec<T>);

impl<T> Default for AtMost<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> IntoIterator for AtMost<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for AtMost<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ListVisitor(PhantomData)).map(Self)
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut taken = Vec::new();
        while let Some(one) = list.next_element()? {
            if taken.len() == MOST {
                return Err(A::Error::custom(format!("more than {MOST} entries: send smaller batches")));
            }
            taken.push(one);
        }
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_holds_no_more_than_the_most() {
        let list = |entries: usize| format!("[{}0]", "0,".repeat(entries - 1));
        let read = |entries| serde_json::from_str::<AtMost<u8>>(&list(entries));
        assert_eq!(read(MOST).unwrap().0.len(), MOST);
        assert!(read(MOST + 1).unwrap_err().to_string().contains("send smaller batches"));
    }
}
