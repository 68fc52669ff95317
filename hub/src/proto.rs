//! The protobuf messages of transactions, as Cosmos tools write them, and our own; written by hand, so that no `protoc` is
//! needed. Field numbers are part of the chain's protocol and never change.

use prost::Message;

/// `google.protobuf.Any`.
#[derive(Clone, PartialEq, Message)]
pub struct Any {
    #[prost(string, tag = "1")]
    pub type_url: String,
    #[prost(bytes = "vec", tag = "2")]
    pub value: Vec<u8>,
}

/// `cosmos.tx.v1beta1.TxRaw`.
#[derive(Clone, PartialEq, Message)]
pub struct TxRaw {
    #[prost(bytes = "vec", tag = "1")]
    pub body_bytes: Vec<u8>,
    #[prost(bytes = "vec", tag = "2")]
    pub auth_info_bytes: Vec<u8>,
    #[prost(bytes = "vec", repeated, tag = "3")]
    pub signatures: Vec<Vec<u8>>,
}

/// `cosmos.tx.v1beta1.TxBody`.
#[derive(Clone, PartialEq, Message)]
pub struct TxBody {
    #[prost(message, repeated, tag = "1")]
    pub messages: Vec<Any>,
    #[prost(string, tag = "2")]
    pub memo: String,
    #[prost(uint64, tag = "3")]
    pub timeout_height: u64,
}

/// `cosmos.tx.v1beta1.AuthInfo`.
#[derive(Clone, PartialEq, Message)]
pub struct AuthInfo {
    #[prost(message, repeated, tag = "1")]
    pub signer_infos: Vec<SignerInfo>,
    #[prost(message, optional, tag = "2")]
    pub fee: Option<Fee>,
}

/// `cosmos.tx.v1beta1.SignerInfo`.
#[derive(Clone, PartialEq, Message)]
pub struct SignerInfo {
    #[prost(message, optional, tag = "1")]
    pub public_key: Option<Any>,
    #[prost(message, optional, tag = "2")]
    pub mode_info: Option<ModeInfo>,
    #[prost(uint64, tag = "3")]
    pub sequence: u64,
}

/// `cosmos.tx.v1beta1.ModeInfo`, single signers only.
#[derive(Clone, PartialEq, Message)]
pub struct ModeInfo {
    #[prost(message, optional, tag = "1")]
    pub single: Option<SingleMode>,
}

/// `cosmos.tx.v1beta1.ModeInfo.Single`.
#[derive(Clone, PartialEq, Message)]
pub struct SingleMode {
    #[prost(int32, tag = "1")]
    pub mode: i32,
}

/// `SIGN_MODE_DIRECT`.
pub const SIGN_MODE_DIRECT: i32 = 1;

/// `cosmos.tx.v1beta1.Fee`.
#[derive(Clone, PartialEq, Message)]
pub struct Fee {
    #[prost(message, repeated, tag = "1")]
    pub amount: Vec<Coin>,
    #[prost(uint64, tag = "2")]
    pub gas_limit: u64,
    #[prost(string, tag = "3")]
    pub payer: String,
    #[prost(string, tag = "4")]
    pub granter: String,
}

/// `cosmos.base.v1beta1.Coin`.
#[derive(Clone, PartialEq, Message)]
pub struct Coin {
    #[prost(string, tag = "1")]
    pub denom: String,
    #[prost(string, tag = "2")]
    pub amount: String,
}

/// `cosmos.tx.v1beta1.SignDoc`: what is signed.
#[derive(Clone, PartialEq, Message)]
pub struct SignDoc {
    #[prost(bytes = "vec", tag = "1")]
    pub body_bytes: Vec<u8>,
    #[prost(bytes = "vec", tag = "2")]
    pub auth_info_bytes: Vec<u8>,
    #[prost(string, tag = "3")]
    pub chain_id: String,
    #[prost(uint64, tag = "4")]
    pub account_number: u64,
}

/// `cosmos.crypto.ed25519.PubKey`.
#[derive(Clone, PartialEq, Message)]
pub struct PublicKey {
    #[prost(bytes = "vec", tag = "1")]
    pub key: Vec<u8>,
}

/// `cosmos.bank.v1beta1.MsgSend`.
#[derive(Clone, PartialEq, Message)]
pub struct MsgSend {
    #[prost(string, tag = "1")]
    pub from_address: String,
    #[prost(string, tag = "2")]
    pub to_address: String,
    #[prost(message, repeated, tag = "3")]
    pub amount: Vec<Coin>,
}

/// A file of a package.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct File {
    /// Its name without folders.
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(string, tag = "2")]
    pub text: String,
}

/// A line of `amigos.lock`.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct Pin {
    /// The import path, with its major version where that is not implied: `hub.amigos.dev/token@v2`.
    #[prost(string, tag = "1")]
    pub path: String,
    /// The full version, `2.1.0`.
    #[prost(string, tag = "2")]
    pub version: String,
    /// The content hash.
    #[prost(bytes = "vec", tag = "3")]
    pub hash: Vec<u8>,
}

/// Deploys or upgrades a package.
#[derive(Clone, PartialEq, Message)]
pub struct MsgDeploy {
    #[prost(string, tag = "1")]
    pub sender: String,
    /// The path without a major version.
    #[prost(string, tag = "2")]
    pub path: String,
    /// The full version, `1.2.0`.
    #[prost(string, tag = "3")]
    pub version: String,
    #[prost(message, repeated, tag = "4")]
    pub files: Vec<File>,
    #[prost(message, repeated, tag = "5")]
    pub lock: Vec<Pin>,
    #[prost(bool, tag = "6")]
    pub library: bool,
    /// Who may upgrade; empty: the sender.
    #[prost(string, tag = "7")]
    pub authority: String,
}

/// How a call's arguments are written.
pub const ARGUMENTS_GO: i32 = 0;
/// How a call's arguments are written.
pub const ARGUMENTS_JSON: i32 = 1;

/// Calls an exported function, or a method on a value reached from an exported global.
#[derive(Clone, PartialEq, Message)]
pub struct MsgCall {
    #[prost(string, tag = "1")]
    pub sender: String,
    /// `hub.amigos.dev/token@v2`; without a major, the newest.
    #[prost(string, tag = "2")]
    pub package: String,
    /// `Transfer`, or `Posts[12].Upvote`.
    #[prost(string, tag = "3")]
    pub target: String,
    #[prost(string, repeated, tag = "4")]
    pub arguments: Vec<String>,
    #[prost(int32, tag = "5")]
    pub format: i32,
    /// Coins moved to the contract, in micro-amg.
    #[prost(uint64, tag = "6")]
    pub value: u64,
}

/// A source's report of a price, on a development hub.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct OracleReport {
    /// `ETH/USD`.
    #[prost(string, tag = "1")]
    pub pair: String,
    /// `chainlink`.
    #[prost(string, tag = "2")]
    pub source: String,
    /// A decimal number, `3120.55`.
    #[prost(string, tag = "3")]
    pub value: String,
}

/// Sets oracle reports; accepted on development hubs only.
#[derive(Clone, PartialEq, Message)]
pub struct MsgOracleFixture {
    #[prost(string, tag = "1")]
    pub sender: String,
    #[prost(message, repeated, tag = "2")]
    pub reports: Vec<OracleReport>,
}

/// Hands over the right to upgrade a package, or gives it up for good.
#[derive(Clone, PartialEq, Message)]
pub struct MsgSetAuthority {
    #[prost(string, tag = "1")]
    pub sender: String,
    /// `path@vN`.
    #[prost(string, tag = "2")]
    pub package: String,
    /// Empty: nobody, ever.
    #[prost(string, tag = "3")]
    pub authority: String,
}

/// A record's name.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct ObjectKey {
    /// `path@vN`.
    #[prost(string, tag = "1")]
    pub package: String,
    #[prost(bytes = "vec", tag = "2")]
    pub key: Vec<u8>,
}

/// The question of `/objs`.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct ObjectKeys {
    #[prost(message, repeated, tag = "1")]
    pub keys: Vec<ObjectKey>,
}

/// A record, or nothing.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct ObjectValue {
    #[prost(bytes = "vec", optional, tag = "1")]
    pub value: Option<Vec<u8>>,
}

/// The answer of `/objs`: for the first of the keys, at least one.
#[derive(Clone, PartialEq, Eq, Message)]
pub struct Objects {
    #[prost(message, repeated, tag = "1")]
    pub values: Vec<ObjectValue>,
}

/// Type URLs of messages and keys.
pub mod url {
    pub const ED25519: &str = "/cosmos.crypto.ed25519.PubKey";
    pub const SEND: &str = "/cosmos.bank.v1beta1.MsgSend";
    pub const DEPLOY: &str = "/amigos.v1.MsgDeploy";
    pub const CALL: &str = "/amigos.v1.MsgCall";
    pub const ORACLE_FIXTURE: &str = "/amigos.v1.MsgOracleFixture";
    pub const SET_AUTHORITY: &str = "/amigos.v1.MsgSetAuthority";
}

/// The one coin: a millionth of an amg.
pub const DENOM: &str = "uamg";
