//! Buckets of object stores (the documentation of aws-sdk-s3, rust-s3 and object_store).

use super::receiver::{Receiver, receiver};
use super::{Detector, NOTHING};
use crate::data::eval::value::Value;
use crate::data::eval::{Call, Evaluator, Method};
use crate::data::model::ResourceKind;
use crate::sql::Access;

pub(super) const DETECTOR: Detector = Detector { call, method, ..NOTHING };

/// `Bucket::new("invoices", region, credentials)` of rust-s3.
fn call<'a>(evaluator: &mut Evaluator<'a>, call: &Call<'a>) -> Option<Value> {
    let name = call.args.first().filter(|_| call.name.starts_with("new"))?;
    if let ["s3", .., "Bucket", _] = call.outside(evaluator) {
        evaluator.resource(ResourceKind::Bucket, Access::Read, name, (call.site, "rust-s3"));
    }
    None
}

/// `client.put_object().bucket("invoices")`, `AmazonS3Builder::new().with_bucket_name("invoices")`
fn method(evaluator: &mut Evaluator<'_>, method: &Method<'_>) -> Option<Value> {
    let (krate, via) = match method.name {
        "bucket" => ("aws_sdk_s3", "aws-sdk-s3"),
        "with_bucket_name" => ("object_store", "object_store"),
        _ => return None,
    };
    let name = method.args.first()?;
    let counts = match receiver(evaluator, method.on_node, &[krate]) {
        Receiver::Own => true,
        Receiver::Other => false,
        Receiver::Unknown => evaluator.names_crate(&[krate]),
    };
    if counts {
        let writes = |name: &str| ["put_", "delete_", "create_", "copy_", "upload_"].iter().any(|p| name.starts_with(p));
        let access = if evaluator.comes_from(method.on_node, writes) { Access::Write } else { Access::Read };
        evaluator.resource(ResourceKind::Bucket, access, &name.clone(), (method.site, via));
    }
    None
}
