//! The operations: each is registered as a route and described in the document by one and the same statement, so there is no
//! route without a description, and no description of what is not there.

use actix_web::http::Method;
use actix_web::{FromRequest, Handler, Responder};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::query::Param;
use crate::web::{Access, Routes};

/// One operation, as the document has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    pub method: Method,
    pub path: &'static str,
    /// Its name, for programs: `tickTarget`.
    pub id: &'static str,
    /// What it is about: one of [`super::document::TAGS`].
    pub tag: &'static str,
    /// What it does, in one line.
    pub summary: &'static str,
    /// The rest of what is to be known.
    pub about: &'static str,
    pub query: &'static [Param],
    /// Media types of the body, each with its schema.
    pub takes: Vec<(&'static str, Value)>,
    /// A body that would be taken.
    pub example: Option<Value>,
    pub gives: Vec<Gives>,
    /// Statuses of refusals.
    pub refuses: Vec<u16>,
    /// Whether it may be named (`Idempotency-Key`).
    pub is_named: bool,
    /// Whether it asks for the version that was seen (`If-Match`).
    pub is_versioned: bool,
    /// Whether the answer is told by a tag (`ETag`).
    pub is_tagged: bool,
    /// Whether anybody may ask.
    pub is_public: bool,
    /// Every named schema that it speaks of.
    pub schemas: Vec<(String, Value)>,
}

/// An answer that is no refusal.
#[derive(Clone, Debug, PartialEq)]
pub struct Gives {
    pub status: u16,
    pub words: &'static str,
    /// Media types with their schemas; none for an answer without a body.
    pub kinds: Vec<(&'static str, Value)>,
}

/// What every refusal is, and where a request can be refused before its operation is looked at.
const ALWAYS: [u16; 5] = [400, 401, 403, 422, 503];

impl Operation {
    /// Something that is read.
    pub fn get(path: &'static str, tag: &'static str, id: &'static str, summary: &'static str) -> Self {
        Self::new(Method::GET, path, tag, id, summary)
    }

    /// Something that is done; it may be named, and then it is done once.
    pub fn post(path: &'static str, tag: &'static str, id: &'static str, summary: &'static str) -> Self {
        let operation = Self::new(Method::POST, path, tag, id, summary);
        Self { is_named: true, ..operation.refuses(&[408, 409, 413, 415]) }
    }

    /// Something that is put in the place of what was there, or taken away.
    pub fn change(
        method: Method,
        path: &'static str,
        tag: &'static str,
        id: &'static str,
        summary: &'static str,
    ) -> Self {
        Self::new(method, path, tag, id, summary).refuses(&[408, 409, 413, 415])
    }

    fn new(
        method: Method,
        path: &'static str,
        tag: &'static str,
        id: &'static str,
        summary: &'static str,
    ) -> Self {
        let mut refuses = ALWAYS.to_vec();
        // What is in the address may not be there, or not be theirs to see.
        refuses.extend(path.contains('{').then_some(404));
        Self {
            method,
            path,
            id,
            tag,
            summary,
            about: "",
            query: &[],
            takes: Vec::new(),
            example: None,
            gives: Vec::new(),
            refuses,
            is_named: false,
            is_versioned: false,
            is_tagged: false,
            is_public: false,
            schemas: Vec::new(),
        }
    }

    /// What is to be known besides the summary.
    #[must_use]
    pub fn about(self, about: &'static str) -> Self {
        Self { about, ..self }
    }

    /// What may stand behind `?`.
    #[must_use]
    pub fn asks(self, query: &'static [Param]) -> Self {
        Self { query, ..self }
    }

    /// A JSON body, with one that would be taken.
    #[must_use]
    pub fn takes<T: ToSchema>(mut self, example: Value) -> Self {
        let schema = self.named::<T>();
        self.takes.push((super::call::JSON, schema));
        Self { example: Some(example), ..self }
    }

    /// A body of another kind.
    #[must_use]
    pub fn takes_kind(mut self, kind: &'static str, schema: Value) -> Self {
        self.takes.push((kind, schema));
        self
    }

    /// A JSON answer.
    #[must_use]
    pub fn gives<T: ToSchema>(mut self, status: u16, words: &'static str) -> Self {
        let schema = self.named::<T>();
        self.gives.push(Gives { status, words, kinds: vec![(super::call::JSON, schema)] });
        self
    }

    /// An answer of other kinds, or without a body.
    #[must_use]
    pub fn gives_kinds(
        mut self,
        status: u16,
        words: &'static str,
        kinds: Vec<(&'static str, Value)>,
    ) -> Self {
        match self.gives.iter_mut().find(|given| given.status == status) {
            Some(known) => known.kinds.extend(kinds),
            None => self.gives.push(Gives { status, words, kinds }),
        }
        self
    }

    /// Statuses of refusals besides the usual ones.
    #[must_use]
    pub fn refuses(mut self, statuses: &[u16]) -> Self {
        self.refuses.extend(statuses);
        self.refuses.sort_unstable();
        self.refuses.dedup();
        self
    }

    /// It asks for the version that was seen.
    #[must_use]
    pub fn versioned(self) -> Self {
        Self { is_versioned: true, ..self }
    }

    /// Its answer is told by a tag.
    #[must_use]
    pub fn tagged(self) -> Self {
        Self { is_tagged: true, ..self }
    }

    /// It has no name: the same once more changes nothing.
    #[must_use]
    pub fn unnamed(self) -> Self {
        Self { is_named: false, ..self }
    }

    /// Anybody may ask: nobody is refused for who they are.
    #[must_use]
    pub fn public(mut self) -> Self {
        self.refuses.retain(|status| ![401, 403].contains(status));
        Self { is_public: true, ..self }
    }

    fn named<T: ToSchema>(&mut self) -> Value {
        let mut all = vec![(T::name().into_owned(), T::schema())];
        T::schemas(&mut all);
        // A schema that cannot be written as JSON would be a fault of the library; the tests of the document see an empty one.
        let written = all.into_iter().map(|(name, it)| (name, serde_json::to_value(it).unwrap_or_default()));
        self.schemas.extend(written);
        json!({ "$ref": format!("#/components/schemas/{}", T::name()) })
    }
}

/// Collects the operations of the room, and registers each.
pub struct Operations<'r> {
    routes: &'r mut Routes,
    all: Vec<Operation>,
}

impl<'r> Operations<'r> {
    /// Nothing yet.
    pub fn over(routes: &'r mut Routes) -> Self {
        Self { routes, all: Vec::new() }
    }

    /// An operation, who may use it, and what carries it out.
    pub fn add<F, Args>(&mut self, operation: Operation, access: Access, handler: F)
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.routes.add(operation.method.clone(), operation.path, access, handler);
        self.all.push(operation);
    }

    /// What was collected.
    pub fn all(self) -> Vec<Operation> {
        self.all
    }
}
