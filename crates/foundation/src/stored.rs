//! JSON as it is stored, and events in it: `{"type":"work_order.item_ticked.v1", ...}`, read by the kind that stands beside them.
//!
//! Most of what is read of the ledger is folded and thrown away, so the text is kept and read straight into the event that it
//! is; it becomes a tree only for whoever asks for one.

use std::borrow::Cow;
use std::cell::Cell;
use std::ops::Deref;
use std::sync::OnceLock;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, EnumAccess, Error as _, VariantAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer, forward_to_deserialize_any};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{Error, Result};

/// The member that says what an event is.
const TYPE: &str = "type";

/// JSON that was stored, or is about to be.
#[derive(Clone, Debug, Default)]
pub struct Stored {
    /// As it was read; none for what was made here.
    text: Option<Box<RawValue>>,
    tree: OnceLock<Value>,
}

impl From<Value> for Stored {
    fn from(value: Value) -> Self {
        Self { text: None, tree: OnceLock::from(value) }
    }
}

impl Deref for Stored {
    type Target = Value;

    /// The tree. A text nested too deep for one (128 levels; none is written) is a null.
    fn deref(&self) -> &Value {
        self.tree.get_or_init(|| {
            let text = self.text.as_deref().map_or("null", RawValue::get);
            serde_json::from_str(text).unwrap_or_default()
        })
    }
}

impl Serialize for Stored {
    fn serialize<S: Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        Value::serialize(self, to)
    }
}

impl<'de> Deserialize<'de> for Stored {
    fn deserialize<D: Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        Ok(Self { text: Some(Box::deserialize(from)?), tree: OnceLock::new() })
    }
}

/// What an event can be read from.
#[derive(Debug)]
pub enum Json<'a> {
    Text(&'a str),
    Tree(Cow<'a, Value>),
}

impl<'a> From<&'a Stored> for Json<'a> {
    fn from(stored: &'a Stored) -> Self {
        match &stored.text {
            Some(text) => Self::Text(text.get()),
            None => Self::Tree(Cow::Borrowed(stored)),
        }
    }
}

impl<'a> From<&'a Value> for Json<'a> {
    fn from(tree: &'a Value) -> Self {
        Self::Tree(Cow::Borrowed(tree))
    }
}

impl From<Value> for Json<'_> {
    fn from(tree: Value) -> Self {
        Self::Tree(Cow::Owned(tree))
    }
}

impl Json<'_> {
    /// Reads what is no event, or one whose type is known.
    ///
    /// # Errors
    /// When it is not of that shape.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T> {
        Ok(match self {
            Self::Text(text) => serde_json::from_str(text)?,
            Self::Tree(tree) => T::deserialize(&**tree)?,
        })
    }

    /// Reads an event of this kind; none where `T` has no such variant. The variants of `T` are named by their kinds (`rename`), and `T`
    /// derives its form without `tag`: the type is put in and taken out here, so that nothing is read twice to find out what it is.
    ///
    /// # Errors
    /// When it says that it is of another kind than the one stored beside it, or is not of the shape of its kind.
    pub fn event<T: DeserializeOwned>(&self, kind: &str) -> Result<Option<T>> {
        self.check_type(kind)?;
        let is_known = Cell::new(true);
        let read = match self {
            Self::Text(text) => {
                let mut json = serde_json::Deserializer::from_str(text);
                T::deserialize(Tagged { kind, is_known: &is_known, json: &mut json })
            }
            Self::Tree(tree) => T::deserialize(Tagged { kind, is_known: &is_known, json: &**tree }),
        };
        if is_known.get() { Ok(Some(read?)) } else { Ok(None) }
    }

    fn check_type(&self, kind: &str) -> Result<()> {
        #[derive(Deserialize)]
        struct Typed {
            #[serde(rename = "type")]
            kind: String,
        }
        if let Self::Text(text) = self {
            // As every event is written: its type first, and a kind needs no escaping.
            let said = text.strip_prefix("{\"type\":\"").and_then(|rest| rest.strip_prefix(kind));
            if said.is_some_and(|rest| rest.starts_with('"')) {
                return Ok(());
            }
        }
        let said = self.read::<Typed>()?.kind;
        if said == kind {
            return Ok(());
        }
        Err(Error::internal(format!("an event stored as {kind} says that it is {said}")))
    }
}

/// The stored form of an event: its type first, then its members.
///
/// # Errors
/// When the event is no enum of structures, or cannot be written as JSON.
pub fn event<T: Serialize>(event: &T) -> Result<Value> {
    let Value::Object(variant) = serde_json::to_value(event)? else {
        return Err(Error::internal("an event is stored as a structure with a name"));
    };
    let Some((kind, Value::Object(members))) = variant.into_iter().next() else {
        return Err(Error::internal("an event is stored as a structure with a name"));
    };
    let mut stored = Map::with_capacity(members.len() + 1);
    stored.insert(TYPE.to_owned(), Value::String(kind));
    stored.extend(members);
    Ok(Value::Object(stored))
}

/// An enum whose variant is known before its members are read.
struct Tagged<'k, D> {
    kind: &'k str,
    is_known: &'k Cell<bool>,
    json: D,
}

impl<'de, D: Deserializer<'de, Error = serde_json::Error>> Deserializer<'de> for Tagged<'_, D> {
    type Error = serde_json::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> serde_json::Result<V::Value> {
        self.json.deserialize_any(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> serde_json::Result<V::Value> {
        let Some(kind) = variants.iter().find(|known| **known == self.kind) else {
            self.is_known.set(false);
            return Err(serde_json::Error::custom("no such kind"));
        };
        visitor.visit_enum(Variant { kind, json: self.json })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

struct Variant<D> {
    kind: &'static str,
    json: D,
}

impl<'de, D: Deserializer<'de, Error = serde_json::Error>> EnumAccess<'de> for Variant<D> {
    type Error = serde_json::Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> serde_json::Result<(V::Value, Self)> {
        Ok((seed.deserialize(BorrowedStrDeserializer::new(self.kind))?, self))
    }
}

impl<'de, D: Deserializer<'de, Error = serde_json::Error>> VariantAccess<'de> for Variant<D> {
    type Error = serde_json::Error;

    fn unit_variant(self) -> serde_json::Result<()> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> serde_json::Result<T::Value> {
        seed.deserialize(self.json)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, visitor: V) -> serde_json::Result<V::Value> {
        self.json.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> serde_json::Result<V::Value> {
        self.json.deserialize_struct("", fields, visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
    enum Happened {
        #[serde(rename = "thing.made.v1")]
        Made { name: String, parts: Vec<u32> },
        #[serde(rename = "thing.seen.v1")]
        Seen {},
        #[serde(rename = "thing.moved.v1")]
        Moved(Place),
    }

    #[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Place {
        to: String,
    }

    fn stored(value: &Value) -> Stored {
        serde_json::from_str(&value.to_string()).unwrap()
    }

    #[test]
    fn an_event_is_read_from_its_text_and_from_its_tree_alike() {
        let made = Happened::Made { name: "a\"\u{e9}".to_owned(), parts: vec![1, 2] };
        let json = event(&made).unwrap();
        assert_eq!(json.to_string(), "{\"type\":\"thing.made.v1\",\"name\":\"a\\\"\u{e9}\",\"parts\":[1,2]}");
        for from in [Json::from(&stored(&json)), Json::from(&json)] {
            assert_eq!(
                from.event("thing.made.v1").unwrap(),
                Some(Happened::Made { name: "a\"\u{e9}".to_owned(), parts: vec![1, 2] })
            );
        }
        let seen = event(&Happened::Seen {}).unwrap();
        assert_eq!(seen, json!({"type": "thing.seen.v1"}));
        assert_eq!(Json::from(&stored(&seen)).event("thing.seen.v1").unwrap(), Some(Happened::Seen {}));
    }

    #[test]
    fn what_it_says_must_be_what_stands_beside_it() {
        let other = json!({"name": "x", "type": "thing.made.v1", "parts": []});
        let from = Json::from(&other);
        assert!(from.event::<Happened>("thing.made.v1").unwrap().is_some());
        assert!(Json::from(&stored(&other)).event::<Happened>("thing.made.v1").unwrap().is_some());
        let lie = Json::from(&stored(&other)).event::<Happened>("thing.seen.v1").unwrap_err().to_string();
        assert!(!lie.is_empty());
        assert!(Json::from(&json!({"name": "x"})).event::<Happened>("thing.made.v1").is_err());
        assert!(Json::from(&json!({"type": "thing.made.v1"})).event::<Happened>("thing.made.v1").is_err());
        let unknown = json!({"type": "thing.lost.v1"});
        assert_eq!(Json::from(&unknown).event::<Happened>("thing.lost.v1").unwrap(), None);
    }

    #[test]
    fn a_text_is_a_tree_for_whoever_asks() {
        let kept = stored(&json!({"a": [1, {"b": null}]}));
        assert_eq!(kept["a"][0], 1);
        assert_eq!(serde_json::to_string(&kept).unwrap(), "{\"a\":[1,{\"b\":null}]}");
        assert!(stored(&Value::Null).is_null() && Stored::default().is_null());
    }
}
