"""S3 and CloudFront: a CloudFormation template with a private bucket, three sets of headers, and a function that finds a folder's page.

Media types are a matter of uploading there, so the commands for it stand above the template.
"""

from __future__ import annotations

from typing import Final

from attest.errors import Refused
from attest.hosting.interface import Host, Hosted
from attest.hosting.rules import BY_ENDING, EVIDENCE, FEEDS, FRESH, KEPT, OPEN, SANDBOX, TEXT, TYPES, YEAR, common

_CACHING_OPTIMIZED: Final = "658327ea-f89d-4fab-a63d-7e88639e58f6"
"""CloudFront's own policy of that name: compresses, and follows the Cache-Control of what was uploaded."""

_UPLOAD: Final = """\
# {address}
# After `aws cloudformation deploy` of this file, at every release, with the bucket and the distribution that it names:
#   aws s3 sync public "s3://$BUCKET" --delete --cache-control {fresh} --exclude 'attestation/SHA256SUMS*' --exclude 'attestation/keys/*'
#   aws s3 cp public "s3://$BUCKET" --recursive --exclude '*' --include 'attestation/SHA256SUMS*' --include 'attestation/releases/*/SHA256SUMS' \\
#     --include 'attestation/keys/*' --content-type '{text}' --cache-control {fresh}
#   aws s3 cp public "s3://$BUCKET" --recursive --exclude '*' --include 'feeds/*.xml' --content-type '{atom}' --cache-control {fresh}
#   aws s3 cp public "s3://$BUCKET" --recursive --exclude '*' --include 'feeds/*.json' --content-type '{feed}' --cache-control {fresh}
{kept}#   aws cloudfront create-invalidation --distribution-id "$DISTRIBUTION" --paths '/*'
"""
_KEPT: Final = "#   aws s3 cp \"public/{path}\" \"s3://$BUCKET/{path}\" --content-type '{type}' --cache-control '{kept}'\n"

_HEADERS: Final = """\
  {name}Headers:
    Type: AWS::CloudFront::ResponseHeadersPolicy
    Properties:
      ResponseHeadersPolicyConfig:
        Name: {slug}-{lower}
        SecurityHeadersConfig:
          ContentSecurityPolicy: {{ContentSecurityPolicy: "{policy}", Override: true}}
          ContentTypeOptions: {{Override: true}}
          ReferrerPolicy: {{ReferrerPolicy: {referrer}, Override: true}}
          StrictTransportSecurity: {{AccessControlMaxAgeSec: {year}, IncludeSubdomains: false, Override: true}}
        CustomHeadersConfig:
          Items:
            - {{Header: Permissions-Policy, Value: "{devices}", Override: true}}
"""
_CORS: Final = """\
        CorsConfig:
          AccessControlAllowCredentials: false
          AccessControlAllowHeaders: {Items: ["*"]}
          AccessControlAllowMethods: {Items: [GET, HEAD]}
          AccessControlAllowOrigins: {Items: ["*"]}
          OriginOverride: true
"""
_BEHAVIOUR: Final = """\
          - PathPattern: /{folder}*
            TargetOriginId: bucket
            ViewerProtocolPolicy: redirect-to-https
            Compress: true
            CachePolicyId: {caching}
            ResponseHeadersPolicyId: {{Ref: {name}Headers}}
            FunctionAssociations:
              - {{EventType: viewer-request, FunctionARN: {{"Fn::GetAtt": [Folders, FunctionARN]}}}}
"""
_TEMPLATE: Final = """\
AWSTemplateFormatVersion: "2010-09-09"
Description: The trust center at {host}
Parameters:
  Certificate:
    Type: String
    Description: ARN of a certificate for {host} in ACM, region us-east-1
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      PublicAccessBlockConfiguration: {{BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true}}
  Access:
    Type: AWS::CloudFront::OriginAccessControl
    Properties:
      OriginAccessControlConfig: {{Name: {slug}, OriginAccessControlOriginType: s3, SigningBehavior: always, SigningProtocol: sigv4}}
  BucketPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: {{Ref: Bucket}}
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: {{Service: cloudfront.amazonaws.com}}
            Action: s3:GetObject
            Resource: {{"Fn::Sub": "${{Bucket.Arn}}/*"}}
            Condition:
              StringEquals: {{"AWS:SourceArn": {{"Fn::Sub": "arn:aws:cloudfront::${{AWS::AccountId}}:distribution/${{Distribution}}"}}}}
  Folders:
    Type: AWS::CloudFront::Function
    Properties:
      Name: {slug}-folders
      AutoPublish: true
      FunctionConfig: {{Comment: A folder's page is its index.html, Runtime: cloudfront-js-2.0}}
      FunctionCode: |
        function handler(event) {{
          var request = event.request;
          if (request.uri.endsWith('/')) {{ request.uri += 'index.html'; }}
          return request;
        }}
{headers}  Distribution:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        HttpVersion: http2and3
        IPV6Enabled: true
        Aliases: [{host}]
        DefaultRootObject: index.html
        ViewerCertificate: {{AcmCertificateArn: {{Ref: Certificate}}, MinimumProtocolVersion: TLSv1.2_2021, SslSupportMethod: sni-only}}
        Origins:
          - Id: bucket
            DomainName: {{"Fn::GetAtt": [Bucket, RegionalDomainName]}}
            OriginAccessControlId: {{"Fn::GetAtt": [Access, Id]}}
            S3OriginConfig: {{}}
        DefaultCacheBehavior:
          TargetOriginId: bucket
          ViewerProtocolPolicy: redirect-to-https
          Compress: true
          CachePolicyId: {caching}
          ResponseHeadersPolicyId: {{Ref: PagesHeaders}}
          FunctionAssociations:
            - {{EventType: viewer-request, FunctionARN: {{"Fn::GetAtt": [Folders, FunctionARN]}}}}
        CacheBehaviors:
{behaviours}        CustomErrorResponses:
          - {{ErrorCode: 403, ResponseCode: 404, ResponsePagePath: /404.html, ErrorCachingMinTTL: 0}}
          - {{ErrorCode: 404, ResponseCode: 404, ResponsePagePath: /404.html, ErrorCachingMinTTL: 0}}
Outputs:
  Bucket: {{Value: {{Ref: Bucket}}}}
  Distribution: {{Value: {{Ref: Distribution}}}}
"""


def configure(hosted: Hosted) -> str:
    """The template. Raises Refused for a site under a path or without TLS."""
    if hosted.prefix != "/" or not hosted.secure:
        raise Refused(f"CloudFront is not set up here for {hosted.address}", "give the trust center a name of its own, read over https")
    slug = hosted.slug.replace("_", "-")
    headers = _headers(hosted, slug, "Pages", hosted.policy) + _headers(hosted, slug, "Evidence", SANDBOX) + _headers(hosted, slug, "Open", hosted.policy) + _CORS
    behaviours = "".join(_BEHAVIOUR.format(folder=folder, caching=_CACHING_OPTIMIZED, name="Evidence" if folder == EVIDENCE else "Open") for folder in (EVIDENCE, *OPEN))
    return _upload(hosted) + _TEMPLATE.format(host=hosted.name, slug=slug, headers=headers, behaviours=behaviours, caching=_CACHING_OPTIMIZED)


def _headers(hosted: Hosted, slug: str, name: str, policy: str) -> str:
    known = common(hosted)
    return _HEADERS.format(name=name, slug=slug, lower=name.lower(), policy=policy, referrer=known["Referrer-Policy"], devices=known["Permissions-Policy"], year=YEAR)


def _upload(hosted: Hosted) -> str:
    atom, feed = TYPES[FEEDS["feeds/notices.xml"]], TYPES[FEEDS["feeds/notices.json"]]
    kept = "".join(_KEPT.format(path=path, type=BY_ENDING[path[path.rindex(".") :]], kept=KEPT) for path in hosted.hashed)
    return _UPLOAD.format(address=hosted.address, fresh=FRESH, text=TYPES[TEXT], atom=atom, feed=feed, kept=kept)


HOST: Final = Host(
    "s3-cloudfront", "S3 and CloudFront", "trust-center.yaml", configure,
    steps=(
        "write it to trust-center.yaml",
        "set it up with: aws cloudformation deploy --stack-name trust-center --template-file trust-center.yaml --parameter-overrides Certificate=ARN",
        "point your domain at the distribution",
        "upload each release with the commands above the template",
    ),
    cannot=("an upload is not one step: for its seconds, verifying may see files of two releases, and answer no",),
)  # fmt: skip
