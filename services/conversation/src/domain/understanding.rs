//! What one message asks for: the contract between understanding (which reads the words) and dialogue (which acts).

use easymart_core::Money;

/// Everything that was read from one message.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct Understanding {
    /// The message after normalisation, as it may be stored and logged at debug: card numbers, e-mail addresses and phone numbers redacted.
    pub redacted: String,
    /// What is asked, the main thing first, then in the order of the message. Never empty.
    pub acts: Vec<Act>,
    /// Every intent that had any evidence, best first: for the trace.
    pub scores: Vec<Score>,
    /// Words that were corrected, as (typed, meant).
    pub corrections: Vec<(String, String)>,
    /// The redacted message as it was read, unit by unit: for the trace.
    pub words: Vec<ReadWord>,
}

/// One unit of a message: a word, a name of several words, an amount, a mark.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ReadWord {
    /// As typed.
    pub typed: String,
    /// As read: lower case, spelling corrected.
    pub read: String,
    /// What it can mean: terms of the catalogue as "colour: black", or the kind of number that it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub meanings: Vec<String>,
}

/// One thing asked.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Act {
    /// What for.
    pub intent: Intent,
    /// How sure, 0 to 1.
    pub confidence: f32,
    /// Which products or cart lines it is about, in the order they were named.
    pub references: Vec<Reference>,
    /// How many pieces, when said.
    pub quantity: Option<Quantity>,
    /// Change to the search state that it says.
    #[serde(default, skip_serializing_if = "SearchPatch::is_empty")]
    pub patch: SearchPatch,
    /// For questions about a product: the attribute asked for ("material", "width_cm", "weight_capacity_kg", "warranty", "assembly",
    /// "colour", "price", "stock", "size"); `None`: everything.
    pub attribute: Option<String>,
    /// For shipping questions: the postcode as typed (leading zeros kept), and the order total when said.
    pub postcode: Option<String>,
    /// For shipping questions: the place that goods go to, by its proper name where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// For questions about returns: after how many days, when said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    /// An amount that the message states as an order total.
    pub order_total: Option<Money>,
    /// A finer topic within the intent ("express", "international", "refund_time", "mattress", "bitcoin", "saturday" …): a key of the
    /// texts; `None`: the general answer.
    pub topic: Option<String>,
}

impl Act {
    /// An act that says its intent and nothing more.
    #[must_use]
    pub fn of(intent: Intent, confidence: f32) -> Self {
        Self {
            intent,
            confidence,
            references: Vec::new(),
            quantity: None,
            patch: SearchPatch::default(),
            attribute: None,
            postcode: None,
            place: None,
            days: None,
            order_total: None,
            topic: None,
        }
    }
}

/// One intent with its evidence.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Score {
    /// The intent.
    pub intent: Intent,
    /// 0 to 1.
    pub score: f32,
    /// What spoke for it.
    pub evidence: Vec<String>,
}

/// The intents of the HTTP contract. `as_str` gives the wire name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    Greeting,
    Thanks,
    Smalltalk,
    Affirm,
    Deny,
    GeneralHelp,
    ProductSearch,
    ProductSpecQa,
    ProductCompare,
    ProductAvailability,
    FindSimilar,
    CartAdd,
    CartRemove,
    CartUpdateQuantity,
    CartClear,
    CartShow,
    Checkout,
    ReturnPolicy,
    ShippingInfo,
    PaymentOptions,
    WarrantyInfo,
    Promotions,
    ContactInfo,
    StoreHours,
    StoreLocation,
    OrderStatus,
    OrderCancel,
    HumanHandoff,
    SystemReset,
    ClarificationNeeded,
    ContradictionDetected,
    OutOfScope,
    SecurityRefusal,
    Abuse,
    LanguageUnsupported,
}

impl Intent {
    /// Whether it asks about the shop: questions that one sentence can join, and that a few words can go on with.
    #[must_use]
    pub fn is_policy(self) -> bool {
        matches!(
            self,
            Self::ReturnPolicy
                | Self::ShippingInfo
                | Self::PaymentOptions
                | Self::WarrantyInfo
                | Self::Promotions
                | Self::ContactInfo
                | Self::StoreHours
                | Self::StoreLocation
        )
    }

    /// Name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Greeting => "greeting",
            Self::Thanks => "thanks",
            Self::Smalltalk => "smalltalk",
            Self::Affirm => "affirm",
            Self::Deny => "deny",
            Self::GeneralHelp => "general_help",
            Self::ProductSearch => "product_search",
            Self::ProductSpecQa => "product_spec_qa",
            Self::ProductCompare => "product_compare",
            Self::ProductAvailability => "product_availability",
            Self::FindSimilar => "find_similar",
            Self::CartAdd => "cart_add",
            Self::CartRemove => "cart_remove",
            Self::CartUpdateQuantity => "cart_update_quantity",
            Self::CartClear => "cart_clear",
            Self::CartShow => "cart_show",
            Self::Checkout => "checkout",
            Self::ReturnPolicy => "return_policy",
            Self::ShippingInfo => "shipping_info",
            Self::PaymentOptions => "payment_options",
            Self::WarrantyInfo => "warranty_info",
            Self::Promotions => "promotions",
            Self::ContactInfo => "contact_info",
            Self::StoreHours => "store_hours",
            Self::StoreLocation => "store_location",
            Self::OrderStatus => "order_status",
            Self::OrderCancel => "order_cancel",
            Self::HumanHandoff => "human_handoff",
            Self::SystemReset => "system_reset",
            Self::ClarificationNeeded => "clarification_needed",
            Self::ContradictionDetected => "contradiction_detected",
            Self::OutOfScope => "out_of_scope",
            Self::SecurityRefusal => "security_refusal",
            Self::Abuse => "abuse",
            Self::LanguageUnsupported => "language_unsupported",
        }
    }
}

/// How many pieces, and relative to what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Quantity {
    /// So many: to add, to remove, or to have in the end, as the intent says. May be out of range or negative as typed.
    Exactly(i64),
    /// So many more than now.
    More(i64),
    /// So many fewer than now ("take one off").
    Fewer(i64),
}

/// How a message points at a product or a cart line.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Reference {
    /// "option 2", "#2", "the second", a bare "2": a place on the shown list, from 1.
    Option(u32),
    /// "the last one": the end of the shown list.
    Last,
    /// "both", "the first two", "all five": the first `n` of the shown list; `None`: all of it.
    FirstN(Option<u32>),
    /// "the other one": what is neither in focus nor just changed.
    Other,
    /// "it", "this one", "that".
    Pronoun,
    /// A SKU or handle as typed.
    Sku(String),
    /// "the $65 one".
    Price(Money),
    /// "the cheapest of those".
    Cheapest,
    /// "the dearest", "the most expensive one".
    Dearest,
    /// "the red one": attribute name and canonical value.
    Attribute {
        /// "colour", "material", "size", "brand" …
        name: String,
        /// Canonical value.
        value: String,
    },
    /// Words of a product's name, as typed ("the Moonbeam Recliner").
    Name(String),
    /// A kind of thing among cart lines or older lists ("the desk", "option 2 from the desks" is `Option` plus this).
    Category(String),
    /// The reference is to the cart's lines rather than to the shown list ("the second thing in my cart").
    InCart(Box<Reference>),
    /// Everything in the cart.
    WholeCart,
}

/// A change of the search state: a patch, never a string.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct SearchPatch {
    /// Free words that no slot took, for ranking.
    pub query: Option<String>,
    /// Category identifier from the vocabulary; setting another one than before starts a new search.
    pub category: Option<String>,
    /// Further categories wished for in the same message, in order ("a desk and a chair").
    pub more_categories: Vec<String>,
    /// Colour words in canonical form.
    pub colours: Vec<String>,
    /// Materials.
    pub materials: Vec<String>,
    /// Style.
    pub style: Option<String>,
    /// Room.
    pub room: Option<String>,
    /// Brand.
    pub brand: Option<String>,
    /// Least price, inclusive.
    pub price_min: Option<Money>,
    /// Highest price, inclusive.
    pub price_max: Option<Money>,
    /// A price to be near ("around $150"); dialogue decides the band.
    pub price_around: Option<Money>,
    /// A word about price without a number: applied against the category's own distribution.
    pub price_word: Option<PriceWord>,
    /// Size limits.
    pub sizes: Vec<SizeLimit>,
    /// Bed size.
    pub bed_size: Option<String>,
    /// Least number of seats.
    pub seats: Option<u32>,
    /// Least weight capacity in kg.
    pub weight_capacity_kg: Option<f64>,
    /// Wanted features.
    pub features: Vec<String>,
    /// What must not be there.
    #[serde(default, skip_serializing_if = "Exclusions::is_empty")]
    pub exclude: Exclusions,
    /// Whether colours and materials join those said before ("or white", "grey is fine too") instead of taking their place.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub also: bool,
    /// Whether any colour but those searched for is wished ("in a different colour").
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub other_colour: bool,
    /// Slots to forget ("any colour", "forget the budget"), by name: colour, material, price, size, brand, room, style, category …
    pub remove: Vec<String>,
    /// Relative to what is shown.
    pub relative: Option<Relative>,
    /// Order.
    pub sort: Option<SortOrder>,
    /// Paging.
    pub page: Option<Paging>,
}

impl SearchPatch {
    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A word about price without a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum PriceWord {
    /// cheap, budget, affordable, inexpensive.
    Low,
    /// premium, luxury, high-end, expensive, designer.
    High,
}

/// A limit on one dimension, in centimetres, inclusive.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct SizeLimit {
    /// Which.
    pub dimension: Dimension,
    /// Least.
    pub min_cm: Option<f64>,
    /// Greatest.
    pub max_cm: Option<f64>,
}

/// A dimension of furniture as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// Side to side.
    Width,
    /// Front to back.
    Depth,
    /// Floor to top.
    Height,
}

impl Dimension {
    /// Its name as a slot.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Width => "width",
            Self::Depth => "depth",
            Self::Height => "height",
        }
    }
}

/// What must not be there.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Exclusions {
    /// Category identifiers.
    pub categories: Vec<String>,
    /// Colours.
    pub colours: Vec<String>,
    /// Materials.
    pub materials: Vec<String>,
    /// Brands.
    pub brands: Vec<String>,
    /// Features.
    pub features: Vec<String>,
}

impl Exclusions {
    /// Whether nothing is excluded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A wish relative to what is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Relative {
    /// "cheaper ones".
    Cheaper,
    /// "something nicer, dearer".
    Dearer,
    /// "bigger", "wider".
    Bigger,
    /// "smaller", "narrower".
    Smaller,
    /// "taller".
    Taller,
    /// "lower".
    Lower,
    /// "deeper".
    Deeper,
    /// "shallower".
    Shallower,
}

impl Relative {
    /// The side that a wish about the size is about, and whether more of it is wished.
    #[must_use]
    pub fn side(self) -> Option<(Dimension, bool)> {
        match self {
            Self::Bigger => Some((Dimension::Width, true)),
            Self::Smaller => Some((Dimension::Width, false)),
            Self::Taller => Some((Dimension::Height, true)),
            Self::Lower => Some((Dimension::Height, false)),
            Self::Deeper => Some((Dimension::Depth, true)),
            Self::Shallower => Some((Dimension::Depth, false)),
            Self::Cheaper | Self::Dearer => None,
        }
    }
}

/// Order of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SortOrder {
    /// Best match first.
    Relevance,
    /// Cheapest first.
    PriceLow,
    /// Dearest first.
    PriceHigh,
    /// Best rated first.
    Rating,
}

/// Paging through results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Paging {
    /// "more", "next".
    Next,
    /// "previous", "back".
    Previous,
    /// "page 3", counted from 1.
    To(u32),
    /// "the last page".
    Last,
}

/// What understanding may know of the conversation: words alone do not tell "black" the search from "black" the refinement.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Situation {
    /// How many products are on the shown list.
    pub shown: u32,
    /// Whether some product is in focus.
    pub has_focus: bool,
    /// How many lines the cart has, as last seen.
    pub cart_lines: u32,
    /// Category of the search in force.
    pub category: Option<String>,
    /// Whether a search is in force at all.
    pub searching: bool,
    /// Question that waits for its answer.
    pub pending: Option<PendingKind>,
    /// Whether the last turn changed the cart.
    pub cart_just_changed: bool,
    /// Whether one product alone is spoken of: the last turn told about it, or nothing else is shown.
    pub about_one: bool,
    /// What the last turn was about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<Intent>,
}

/// Kind of question that waits for its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PendingKind {
    /// Which kind of furniture?
    Category,
    /// Which one of the shown?
    WhichProduct,
    /// Really? (clear the cart, a large quantity)
    Confirm,
    /// This or that? (a contradiction)
    Choice,
    /// Which postcode?
    Postcode,
    /// Loosen this constraint?
    Relax,
}
