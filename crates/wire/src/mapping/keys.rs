//! The attribute names that are read, each with a number, so that a span's attributes are sorted
//! into places in one pass instead of being searched once per name.

use std::collections::HashMap;
use std::sync::LazyLock;

use trace_model::rules::{self, Place, Slot};

macro_rules! keys {
    ($($key:ident = $name:literal,)+) => {
        /// One attribute name that is read.
        #[expect(missing_docs, reason = "each is named after its attribute, see NAMES")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Key { $($key),+ }

        /// All names with their keys.
        pub const NAMES: &[(&str, Key)] = &[$(($name, Key::$key)),+];
    };
}

keys! {
    // Langfuse
    LfType = "langfuse.observation.type",
    LfInput = "langfuse.observation.input",
    LfOutput = "langfuse.observation.output",
    LfLevel = "langfuse.observation.level",
    LfStatus = "langfuse.observation.status_message",
    LfModel = "langfuse.observation.model.name",
    LfParameters = "langfuse.observation.model.parameters",
    LfUsage = "langfuse.observation.usage_details",
    LfCost = "langfuse.observation.cost_details",
    LfCompletionStart = "langfuse.observation.completion_start_time",
    LfPromptName = "langfuse.observation.prompt.name",
    LfPromptVersion = "langfuse.observation.prompt.version",
    LfMetadata = "langfuse.observation.metadata",
    LfTraceName = "langfuse.trace.name",
    LfTraceTags = "langfuse.trace.tags",
    LfTraceInput = "langfuse.trace.input",
    LfTraceOutput = "langfuse.trace.output",
    LfTracePublic = "langfuse.trace.public",
    LfTraceMetadata = "langfuse.trace.metadata",
    LfVersion = "langfuse.version",
    LfRelease = "langfuse.release",
    LfEnvironment = "langfuse.environment",
    LfUser = "langfuse.user.id",
    LfSession = "langfuse.session.id",
    LfAsRoot = "langfuse.internal.as_root",
    LfAppRoot = "langfuse.internal.is_app_root",
    LfMetaUser = "langfuse.observation.metadata.langfuse_user_id",
    LfMetaSession = "langfuse.observation.metadata.langfuse_session_id",
    LfMetaTags = "langfuse.observation.metadata.langfuse_tags",
    // General
    User = "user.id",
    EndUser = "enduser.id",
    Session = "session.id",
    SdkLanguage = "telemetry.sdk.language",
    ServiceVersion = "service.version",
    ServiceNamespace = "service.namespace",
    DeployEnvName = "deployment.environment.name",
    DeployEnv = "deployment.environment",
    ErrorType = "error.type",
    // OTel GenAI, new and old names
    Operation = "gen_ai.operation.name",
    ResponseModel = "gen_ai.response.model",
    RequestModel = "gen_ai.request.model",
    ProviderName = "gen_ai.provider.name",
    System = "gen_ai.system",
    InputMessages = "gen_ai.input.messages",
    OutputMessages = "gen_ai.output.messages",
    PlainPrompt = "gen_ai.prompt",
    PlainCompletion = "gen_ai.completion",
    ToolName = "gen_ai.tool.name",
    ToolCallId = "gen_ai.tool.call.id",
    ToolArguments = "gen_ai.tool.call.arguments",
    ToolResult = "gen_ai.tool.call.result",
    RetrievalQuery = "gen_ai.retrieval.query.text",
    RetrievalDocuments = "gen_ai.retrieval.documents",
    FirstChunk = "gen_ai.response.time_to_first_chunk",
    Conversation = "gen_ai.conversation.id",
    GenAiUser = "gen_ai.user",
    LlmUser = "llm.user",
    AgentName = "gen_ai.agent.name",
    AgentId = "gen_ai.agent.id",
    WorkflowName = "gen_ai.workflow.name",
    PromptName = "gen_ai.prompt.name",
    // OpenInference
    OiKind = "openinference.span.kind",
    OiInput = "input.value",
    OiInputMime = "input.mime_type",
    OiOutput = "output.value",
    OiOutputMime = "output.mime_type",
    OiResponseModel = "llm.response.model_name",
    OiModel = "llm.model_name",
    OiRequestModel = "llm.request.model_name",
    OiEmbeddingModel = "embedding.model_name",
    OiRerankerModel = "reranker.model_name",
    OiProvider = "llm.provider",
    OiSystem = "llm.system",
    OiParameters = "llm.invocation_parameters",
    OiEmbeddingParameters = "embedding.invocation_parameters",
    OiAgent = "agent.name",
    OiGraphNode = "graph.node.id",
    OiTags = "tag.tags",
    OiMetadata = "metadata",
    OiPromptId = "prompt.id",
    OiToolName = "tool.name",
    OiExceptionType = "exception.type",
    OiExceptionMessage = "exception.message",
    LlmResponseModel = "llm.response.model",
    // OpenLLMetry and Traceloop
    TlKind = "traceloop.span.kind",
    TlRequestType = "llm.request.type",
    TlInput = "traceloop.entity.input",
    TlOutput = "traceloop.entity.output",
    TlEntity = "traceloop.entity.name",
    TlWorkflow = "traceloop.workflow.name",
    TlPromptKey = "traceloop.prompt.key",
    TlPromptVersion = "traceloop.prompt.version",
    // Vercel AI SDK, MLflow, Pydantic AI
    AiOperation = "ai.operationId",
    AiModel = "ai.model.id",
    AiPromptMessages = "ai.prompt.messages",
    AiPrompt = "ai.prompt",
    AiResponseText = "ai.response.text",
    AiResponseCalls = "ai.response.toolCalls",
    AiResponseObject = "ai.response.object",
    AiToolArgs = "ai.toolCall.args",
    AiToolResult = "ai.toolCall.result",
    AiUser = "ai.telemetry.metadata.userId",
    AiSession = "ai.telemetry.metadata.sessionId",
    AiTags = "ai.telemetry.metadata.tags",
    MlflowInputs = "mlflow.spanInputs",
    MlflowOutputs = "mlflow.spanOutputs",
    ToolArgumentsShort = "tool_arguments",
    ToolResponseShort = "tool_response",
    AllMessages = "pydantic_ai.all_messages",
    // Frameworks beside the four dialects: conversations, tools, names
    SystemInstructions = "gen_ai.system_instructions",
    SystemInstructionsDotted = "gen_ai.system.instructions",
    ToolDefinitions = "gen_ai.tool.definitions",
    ToolDefinitionsOld = "gen_ai.tool_definitions",
    RequestTools = "gen_ai.request.tools",
    AgentTools = "gen_ai.agent.tools",
    OiToolList = "llm.tools",
    AiPromptTools = "ai.prompt.tools",
    MlflowTools = "mlflow.chat.tools",
    PydanticParameters = "model_request_parameters",
    SkFunctions = "sk.available_functions",
    OpenlitPrompt = "gen_ai.content.prompt",
    OpenlitCompletion = "gen_ai.content.completion",
    OiPromptList = "llm.prompts",
    FirstChunkClient = "gen_ai.client.operation.time_to_first_chunk",
    FirstTokenServer = "gen_ai.server.time_to_first_token",
    AiFunctionId = "ai.telemetry.functionId",
    AiPromptLink = "ai.telemetry.metadata.langfusePrompt",
    AiToolName = "ai.toolCall.name",
    AiProvider = "ai.model.provider",
    AiResponseModel = "ai.response.model",
    AiResponseReasoning = "ai.response.reasoning",
    AiResponseFiles = "ai.response.files",
    AiResultText = "ai.result.text",
    AiResultCalls = "ai.result.toolCalls",
    AiResultObject = "ai.result.object",
    AiFirstChunk = "ai.response.msToFirstChunk",
    AiStreamFirstChunk = "ai.stream.msToFirstChunk",
    AiValue = "ai.value",
    AiValues = "ai.values",
    AiDocuments = "ai.documents",
    AiEmbedding = "ai.embedding",
    AiEmbeddings = "ai.embeddings",
    AiRanking = "ai.ranking",
    AdkSession = "gcp.vertex.agent.session_id",
    AdkRequest = "gcp.vertex.agent.llm_request",
    AdkResponse = "gcp.vertex.agent.llm_response",
    AdkToolArgs = "gcp.vertex.agent.tool_call_args",
    AdkToolResponse = "gcp.vertex.agent.tool_response",
    AdkData = "gcp.vertex.agent.data",
    AllMessagesEvents = "all_messages_events",
    FinalResult = "final_result",
    AgentNameShort = "agent_name",
    LogfireEvents = "events",
    LogfirePrompt = "prompt",
    LogfireRequest = "request_data",
    LogfireResponse = "response_data",
    MlflowType = "mlflow.spanType",
    MlflowModel = "mlflow.llm.model",
    MlflowProvider = "mlflow.llm.provider",
    MlflowSession = "mlflow.trace.session",
    MlflowUser = "mlflow.trace.user",
    LangsmithKind = "langsmith.span.kind",
    LangsmithTags = "langsmith.span.tags",
    LangsmithTrace = "langsmith.trace.name",
    MastraType = "mastra.span.type",
    GenkitName = "genkit:name",
    GenkitInput = "genkit:input",
    GenkitOutput = "genkit:output",
    GenkitSubtype = "genkit:metadata:subtype",
    HaystackType = "haystack.component.type",
    HaystackName = "haystack.component.name",
    HaystackInput = "haystack.component.input",
    HaystackOutput = "haystack.component.output",
    HaystackPipelineInput = "haystack.pipeline.input_data",
    HaystackPipelineOutput = "haystack.pipeline.output_data",
    LivekitText = "lk.input_text",
    LivekitTranscript = "lk.user_transcript",
    LivekitUser = "lk.user_input",
    LivekitContext = "lk.chat_ctx",
    LivekitArguments = "lk.function_tool.arguments",
    LivekitToolOutput = "lk.function_tool.output",
    LivekitResponse = "lk.response.text",
    FunctionKwargs = "function.kwargs",
    FunctionArgs = "function.args",
    AutogenMessage = "message",
    AutogenRecipient = "recipient_agent_type",
    InputShort = "input",
    OutputShort = "output",
    // The same of those who have a name for every text and answer
    PromptJson = "gen_ai.prompt_json",
    CompletionJson = "gen_ai.completion_json",
    ModelProvider = "gen_ai.model.provider",
    LlmModel = "llm.model",
    ModelShort = "model",
    SpanType = "span.type",
    SpanTypeShort = "span_type",
    MemoryQuery = "gen_ai.memory.query.text",
    MemoryRecords = "gen_ai.memory.records",
    OiRerankerQuery = "reranker.query",
    SpringKind = "spring.ai.kind",
    SpringUser = "spring.ai.chat.client.user.text",
    SpringSystem = "spring.ai.chat.client.system.text",
    SpringTools = "spring.ai.chat.client.tool.names",
    SpringConversation = "spring.ai.chat.client.conversation.id",
    SpringToolName = "spring.ai.tool.definition.name",
    SpringArguments = "spring.ai.tool.call.arguments",
    SpringResult = "spring.ai.tool.call.result",
    VectorOperation = "db.operation.name",
    VectorQuery = "db.vector.query.content",
    VectorDocuments = "db.vector.query.response.documents",
    InvocationInput = "gen_ai.agent.invocation_input",
    InvocationOutput = "gen_ai.agent.invocation_output",
    ToolArgumentsPlain = "gen_ai.tool.arguments",
    ToolResultPlain = "gen_ai.tool.result",
    ExecutorInput = "executor.input",
    ExecutorOutput = "executor.output",
    SentryMessages = "gen_ai.request.messages",
    SentryTools = "gen_ai.request.available_tools",
    SentryText = "gen_ai.response.text",
    SentryCalls = "gen_ai.response.tool_calls",
    SentryToolInput = "gen_ai.tool.input",
    SentryToolOutput = "gen_ai.tool.output",
    PipecatTranscript = "transcript",
    PipecatText = "text",
    BraintrustInput = "braintrust.input_json",
    BraintrustOutput = "braintrust.output_json",
    BraintrustInputPlain = "braintrust.input",
    BraintrustOutputPlain = "braintrust.output",
    BraintrustMetadata = "braintrust.metadata",
    BraintrustSpan = "braintrust.span_attributes",
    LaminarType = "lmnr.span.type",
    LaminarInput = "lmnr.span.input",
    LaminarOutput = "lmnr.span.output",
    AgentopsKind = "agentops.span.kind",
    AgentopsInput = "agentops.entity.input",
    AgentopsOutput = "agentops.entity.output",
    LangtraceType = "langtrace.service.type",
    LangtraceResponses = "llm.responses",
    ArmsKind = "gen_ai.span.kind",
    ArmsModel = "gen_ai.model_name",
    ArmsSession = "gen_ai.session.id",
    ArmsUser = "gen_ai.user.id",
    ClaudeFirstToken = "ttft_ms",
    // Tokens and cost; most of them by `Prefix::Usage`
    MlflowUsage = "mlflow.chat.tokenUsage",
    GenAiUsage = "gen_ai.usage",
    LlmUsage = "llm.usage",
    LangtraceUsage = "llm.token.counts",
    BraintrustUsage = "braintrust.metrics",
    AiProviderMetadata = "ai.response.providerMetadata",
    ResponsePromptTokens = "gen_ai.response.prompt_tokens",
    ResponseCompletionTokens = "gen_ai.response.completion_tokens",
    ResponseInputTokens = "gen_ai.response.input_tokens",
    ResponseOutputTokens = "gen_ai.response.output_tokens",
    VoltagentPromptTokens = "usage.prompt_tokens",
    VoltagentCompletionTokens = "usage.completion_tokens",
    VoltagentTotalTokens = "usage.total_tokens",
    VoltagentCachedTokens = "usage.cached_tokens",
    VoltagentReasoningTokens = "usage.reasoning_tokens",
    ClaudeInputTokens = "input_tokens",
    ClaudeOutputTokens = "output_tokens",
    ClaudeCacheRead = "cache_read_tokens",
    ClaudeCacheCreation = "cache_creation_tokens",
    MlflowCost = "mlflow.llm.cost",
    GenAiCost = "gen_ai.usage.cost",
    GenAiCostOfTotal = "gen_ai.usage.total_cost",
    GenAiCostOfInput = "gen_ai.usage.input_cost",
    GenAiCostOfOutput = "gen_ai.usage.output_cost",
    LiteCostTotal = "gen_ai.cost.total_cost",
    LiteCostInput = "gen_ai.cost.input_cost",
    LiteCostOutput = "gen_ai.cost.output_cost",
    OperationCost = "operation.cost",
    OiCostPrompt = "llm.cost.prompt",
    OiCostCompletion = "llm.cost.completion",
    OiCostTotal = "llm.cost.total",
}

/// The number of keys.
pub const COUNT: usize = NAMES.len();

static INDEX: LazyLock<HashMap<&'static str, Key>> = LazyLock::new(|| NAMES.iter().copied().collect());

static OF_SLOTS: LazyLock<HashMap<Slot, Vec<Key>>> = LazyLock::new(|| {
    let keys = |slot| rules::words(slot, Place::Attribute).filter_map(Key::of).collect();
    Slot::ALL.into_iter().map(|slot| (slot, keys(slot))).collect()
});

impl Key {
    /// The key of an attribute name, if it is read.
    pub fn of(name: &str) -> Option<Self> {
        INDEX.get(name).copied()
    }

    /// The attributes that a slot is read from, in the order of the table of rules.
    pub fn of_slot(slot: Slot) -> &'static [Self] {
        OF_SLOTS.get(&slot).map_or(&[], Vec::as_slice)
    }

    /// The attribute's name.
    pub fn name(self) -> &'static str {
        NAMES.get(self as usize).map_or("", |(name, _)| name)
    }
}

/// Attribute names whose ends differ from span to span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Prefix {
    /// `langfuse.observation.metadata.*`
    LfMetadata,
    /// `langfuse.trace.metadata.*`
    LfTraceMetadata,
    /// `traceloop.association.properties.*`, `lmnr.association.properties.*`
    Association,
    /// `llm.input_messages.N.*`
    OiInput,
    /// `llm.output_messages.N.*`
    OiOutput,
    /// `gen_ai.prompt.N.*`
    GenAiPrompt,
    /// `gen_ai.completion.N.*`
    GenAiCompletion,
    /// `retrieval.documents.N.*`
    Documents,
    /// `gen_ai.request.*`: model parameters
    Request,
    /// `ai.telemetry.metadata.*`
    AiMetadata,
    /// `ai.settings.context.*`
    AiContext,
    /// `mastra.metadata.*`
    MastraMetadata,
    /// `langsmith.metadata.*`
    LangsmithMetadata,
    /// `llm.tools.N.*`
    OiTools,
    /// `llm.request.functions.N.*`
    Functions,
    /// `llm.prompts.N.*`
    OiPrompts,
    /// `llm.choices.N.*`
    OiChoices,
    /// `reranker.output_documents.N.*`
    Reranked,
    /// `reranker.input_documents.N.*`
    RerankedFrom,
    /// `embedding.embeddings.N.*`: texts and vectors
    OiEmbeddings,
    /// `langfuse.observation.usage_details.*`
    LfUsage,
    /// `langfuse.observation.cost_details.*`
    LfCost,
    /// `langfuse.observation.model.parameters.*`
    LfParameters,
    /// `mastra.*`: what a span of a type took and gave stands under the type's own name
    Mastra,
    /// `gen_ai.usage.*`, `llm.token_count.*`, `ai.usage.*` and the like: tokens
    Usage,
}

/// The more particular of two that begin alike stands first.
const PREFIXES: [(&str, Prefix); 30] = [
    ("gen_ai.usage.", Prefix::Usage),
    ("llm.token_count.", Prefix::Usage),
    ("ai.usage.", Prefix::Usage),
    ("llm.usage.", Prefix::Usage),
    ("gen_ai.aggregated_usage.", Prefix::Usage),
    ("langfuse.observation.metadata.", Prefix::LfMetadata),
    ("langfuse.observation.usage_details.", Prefix::LfUsage),
    ("langfuse.observation.cost_details.", Prefix::LfCost),
    ("langfuse.observation.model.parameters.", Prefix::LfParameters),
    ("langfuse.trace.metadata.", Prefix::LfTraceMetadata),
    ("traceloop.association.properties.", Prefix::Association),
    ("lmnr.association.properties.", Prefix::Association),
    ("llm.input_messages.", Prefix::OiInput),
    ("llm.output_messages.", Prefix::OiOutput),
    ("gen_ai.prompt.", Prefix::GenAiPrompt),
    ("gen_ai.completion.", Prefix::GenAiCompletion),
    ("retrieval.documents.", Prefix::Documents),
    ("gen_ai.request.", Prefix::Request),
    ("ai.telemetry.metadata.", Prefix::AiMetadata),
    ("ai.settings.context.", Prefix::AiContext),
    ("mastra.metadata.", Prefix::MastraMetadata),
    ("langsmith.metadata.", Prefix::LangsmithMetadata),
    ("llm.tools.", Prefix::OiTools),
    ("llm.request.functions.", Prefix::Functions),
    ("llm.prompts.", Prefix::OiPrompts),
    ("llm.choices.", Prefix::OiChoices),
    ("reranker.output_documents.", Prefix::Reranked),
    ("reranker.input_documents.", Prefix::RerankedFrom),
    ("embedding.embeddings.", Prefix::OiEmbeddings),
    ("mastra.", Prefix::Mastra),
];

impl Prefix {
    /// The prefix of a name, with the rest of the name.
    pub fn of(name: &str) -> Option<(Self, &str)> {
        // Most attributes begin with none of these letters.
        if !name.starts_with(['l', 'g', 't', 'r', 'a', 'm', 'e']) {
            return None;
        }
        PREFIXES.iter().find_map(|(text, prefix)| Some((*prefix, name.strip_prefix(text)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_finds_its_own_key_once() {
        for (place, (name, key)) in NAMES.iter().enumerate() {
            assert_eq!(Key::of(name), Some(*key));
            assert_eq!((*key as usize, key.name()), (place, *name));
        }
        assert_eq!(INDEX.len(), COUNT);
    }

    #[test]
    fn every_attribute_of_the_rules_is_read() {
        for rule in rules::RULES.iter().filter(|rule| rule.place == Place::Attribute) {
            let key = Key::of(rule.word);
            assert!(key.is_some_and(|key| Key::of_slot(rule.slot).contains(&key)), "{rule:?}");
        }
        assert_eq!(Key::of_slot(Slot::Workflow), [Key::WorkflowName, Key::TlWorkflow]);
        let words = rules::RULES.iter().filter(|rule| rule.place == Place::Word);
        for rule in words.filter(|rule| !matches!(rule.slot, Slot::Session | Slot::User)) {
            assert_eq!((Key::of(rule.word), Prefix::of(rule.word)), (None, None), "{rule:?} is taken before");
        }
    }

    #[test]
    fn prefixes_give_the_rest_of_the_name() {
        assert_eq!(Prefix::of("gen_ai.prompt.0.role"), Some((Prefix::GenAiPrompt, "0.role")));
        assert_eq!(Prefix::of("http.method"), None);
    }
}
