/**
 * The cases of NIST's Public Key Interoperability Test Suite 1.0.1 (PKITS), by section: number, `ok` or `no`, end entity
 * certificate; then, where they differ from the suite's default settings, `initial=` (the NIST test policies of the
 * user-initial-policy-set), `explicit`, `no-mapping`, `no-any` (the three initial indicators of RFC 5280 section 6.1.1),
 * and, where it is not NIST test policy 1 alone, `gives=` (the user-constrained-policy-set of an accepted path).
 */
export const PKITS_SECTIONS = {
  '4.1 Signature Verification': `
    1 ok ValidCertificatePathTest1
    2 no InvalidCASignatureTest2
    3 no InvalidEESignatureTest3
    4 ok ValidDSASignaturesTest4
    5 ok ValidDSAParameterInheritanceTest5
    6 no InvalidDSASignatureTest6
  `,
  '4.2 Validity Periods': `
    1 no InvalidCAnotBeforeDateTest1
    2 no InvalidEEnotBeforeDateTest2
    3 ok Validpre2000UTCnotBeforeDateTest3
    4 ok ValidGeneralizedTimenotBeforeDateTest4
    5 no InvalidCAnotAfterDateTest5
    6 no InvalidEEnotAfterDateTest6
    7 no Invalidpre2000UTCEEnotAfterDateTest7
    8 ok ValidGeneralizedTimenotAfterDateTest8
  `,
  '4.3 Verifying Name Chaining': `
    1 no InvalidNameChainingTest1
    2 no InvalidNameChainingOrderTest2
    3 ok ValidNameChainingWhitespaceTest3
    4 ok ValidNameChainingWhitespaceTest4
    5 ok ValidNameChainingCapitalizationTest5
    6 ok ValidNameUIDsTest6
    7 ok ValidRFC3280MandatoryAttributeTypesTest7
    8 ok ValidRFC3280OptionalAttributeTypesTest8
    9 ok ValidUTF8StringEncodedNamesTest9
    10 ok ValidRolloverfromPrintableStringtoUTF8StringTest10
    11 ok ValidUTF8StringCaseInsensitiveMatchTest11
  `,
  '4.4 Basic Certificate Revocation Tests': `
    1 no InvalidMissingCRLTest1
    2 no InvalidRevokedCATest2
    3 no InvalidRevokedEETest3
    4 no InvalidBadCRLSignatureTest4
    5 no InvalidBadCRLIssuerNameTest5
    6 no InvalidWrongCRLTest6
    7 ok ValidTwoCRLsTest7
    8 no InvalidUnknownCRLEntryExtensionTest8
    9 no InvalidUnknownCRLExtensionTest9
    10 no InvalidUnknownCRLExtensionTest10
    11 no InvalidOldCRLnextUpdateTest11
    12 no Invalidpre2000CRLnextUpdateTest12
    13 ok ValidGeneralizedTimeCRLnextUpdateTest13
    14 ok ValidNegativeSerialNumberTest14
    15 no InvalidNegativeSerialNumberTest15
    16 ok ValidLongSerialNumberTest16
    17 ok ValidLongSerialNumberTest17
    18 no InvalidLongSerialNumberTest18
    19 ok ValidSeparateCertificateandCRLKeysTest19
    20 no InvalidSeparateCertificateandCRLKeysTest20
    21 no InvalidSeparateCertificateandCRLKeysTest21
  `,
  '4.5 Verifying Paths with Self-Issued Certificates': `
    1 ok ValidBasicSelfIssuedOldWithNewTest1
    2 no InvalidBasicSelfIssuedOldWithNewTest2
    3 ok ValidBasicSelfIssuedNewWithOldTest3
    4 ok ValidBasicSelfIssuedNewWithOldTest4
    5 no InvalidBasicSelfIssuedNewWithOldTest5
    6 ok ValidBasicSelfIssuedCRLSigningKeyTest6
    7 no InvalidBasicSelfIssuedCRLSigningKeyTest7
    8 no InvalidBasicSelfIssuedCRLSigningKeyTest8
  `,
  '4.6 Verifying Basic Constraints': `
    1 no InvalidMissingbasicConstraintsTest1
    2 no InvalidcAFalseTest2
    3 no InvalidcAFalseTest3
    4 ok ValidbasicConstraintsNotCriticalTest4
    5 no InvalidpathLenConstraintTest5
    6 no InvalidpathLenConstraintTest6
    7 ok ValidpathLenConstraintTest7
    8 ok ValidpathLenConstraintTest8
    9 no InvalidpathLenConstraintTest9
    10 no InvalidpathLenConstraintTest10
    11 no InvalidpathLenConstraintTest11
    12 no InvalidpathLenConstraintTest12
    13 ok ValidpathLenConstraintTest13
    14 ok ValidpathLenConstraintTest14
    15 ok ValidSelfIssuedpathLenConstraintTest15
    16 no InvalidSelfIssuedpathLenConstraintTest16
    17 ok ValidSelfIssuedpathLenConstraintTest17
  `,
  '4.7 Key Usage': `
    1 no InvalidkeyUsageCriticalkeyCertSignFalseTest1
    2 no InvalidkeyUsageNotCriticalkeyCertSignFalseTest2
    3 ok ValidkeyUsageNotCriticalTest3
    4 no InvalidkeyUsageCriticalcRLSignFalseTest4
    5 no InvalidkeyUsageNotCriticalcRLSignFalseTest5
  `,
  '4.8 Certificate Policies': `
    1.1 ok ValidCertificatePathTest1 explicit
    1.2 ok ValidCertificatePathTest1 initial=1 explicit
    1.3 no ValidCertificatePathTest1 initial=2 explicit
    1.4 ok ValidCertificatePathTest1 initial=1,2 explicit
    2.1 ok AllCertificatesNoPoliciesTest2 gives=
    2.2 no AllCertificatesNoPoliciesTest2 explicit
    3.1 ok DifferentPoliciesTest3 gives=
    3.2 no DifferentPoliciesTest3 explicit
    3.3 no DifferentPoliciesTest3 initial=1,2 explicit
    4 no DifferentPoliciesTest4
    5 no DifferentPoliciesTest5
    6.1 ok OverlappingPoliciesTest6
    6.2 ok OverlappingPoliciesTest6 initial=1
    6.3 no OverlappingPoliciesTest6 initial=2
    7 no DifferentPoliciesTest7
    8 no DifferentPoliciesTest8
    9 no DifferentPoliciesTest9
    10.1 ok AllCertificatesSamePoliciesTest10 gives=1,2
    10.2 ok AllCertificatesSamePoliciesTest10 initial=1
    10.3 ok AllCertificatesSamePoliciesTest10 initial=2 gives=2
    11.1 ok AllCertificatesanyPolicyTest11 gives=any
    11.2 ok AllCertificatesanyPolicyTest11 initial=1
    12 no DifferentPoliciesTest12
    13.1 ok AllCertificatesSamePoliciesTest13 initial=1
    13.2 ok AllCertificatesSamePoliciesTest13 initial=2 gives=2
    13.3 ok AllCertificatesSamePoliciesTest13 initial=3 gives=3
    14.1 ok AnyPolicyTest14 initial=1
    14.2 no AnyPolicyTest14 initial=2
    15 ok UserNoticeQualifierTest15
    16 ok UserNoticeQualifierTest16
    17 ok UserNoticeQualifierTest17
    18.1 ok UserNoticeQualifierTest18 initial=1
    18.2 ok UserNoticeQualifierTest18 initial=2 gives=2
    19 ok UserNoticeQualifierTest19
    20 ok CPSPointerQualifierTest20 initial=1 explicit
  `,
  '4.9 Require Explicit Policy': `
    1 ok ValidrequireExplicitPolicyTest1 gives=
    2 ok ValidrequireExplicitPolicyTest2 gives=
    3 no InvalidrequireExplicitPolicyTest3
    4 ok ValidrequireExplicitPolicyTest4
    5 no InvalidrequireExplicitPolicyTest5
    6 ok ValidSelfIssuedrequireExplicitPolicyTest6 gives=
    7 no InvalidSelfIssuedrequireExplicitPolicyTest7
    8 no InvalidSelfIssuedrequireExplicitPolicyTest8
  `,
  '4.10 Policy Mappings': `
    1.1 ok ValidPolicyMappingTest1 initial=1
    1.2 no ValidPolicyMappingTest1 initial=2
    1.3 no ValidPolicyMappingTest1 no-mapping
    2.1 no InvalidPolicyMappingTest2
    2.2 no InvalidPolicyMappingTest2 no-mapping
    3.1 no ValidPolicyMappingTest3 initial=1
    3.2 ok ValidPolicyMappingTest3 initial=2 gives=2
    4 no InvalidPolicyMappingTest4
    5.1 ok ValidPolicyMappingTest5 initial=1
    5.2 no ValidPolicyMappingTest5 initial=6
    6.1 ok ValidPolicyMappingTest6 initial=1
    6.2 no ValidPolicyMappingTest6 initial=6
    7 no InvalidMappingFromanyPolicyTest7
    8 no InvalidMappingToanyPolicyTest8
    9 ok ValidPolicyMappingTest9
    10 no InvalidPolicyMappingTest10
    11 ok ValidPolicyMappingTest11
    12.1 ok ValidPolicyMappingTest12 initial=1
    12.2 ok ValidPolicyMappingTest12 initial=2 gives=2
    13.1 ok ValidPolicyMappingTest13
    13.2 ok ValidPolicyMappingTest13 initial=1,2
    13.3 no ValidPolicyMappingTest13 initial=2
    14 ok ValidPolicyMappingTest14
  `,
  '4.11 Inhibit Policy Mapping': `
    1 no InvalidinhibitPolicyMappingTest1
    2 ok ValidinhibitPolicyMappingTest2
    3 no InvalidinhibitPolicyMappingTest3
    4 ok ValidinhibitPolicyMappingTest4 gives=2
    5 no InvalidinhibitPolicyMappingTest5
    6 no InvalidinhibitPolicyMappingTest6
    7 ok ValidSelfIssuedinhibitPolicyMappingTest7
    8 no InvalidSelfIssuedinhibitPolicyMappingTest8
    9 no InvalidSelfIssuedinhibitPolicyMappingTest9
    10 no InvalidSelfIssuedinhibitPolicyMappingTest10
    11 no InvalidSelfIssuedinhibitPolicyMappingTest11
  `,
  '4.12 Inhibit Any Policy': `
    1 no InvalidinhibitAnyPolicyTest1
    2 ok ValidinhibitAnyPolicyTest2
    3.1 ok inhibitAnyPolicyTest3
    3.2 no inhibitAnyPolicyTest3 no-any
    4 no InvalidinhibitAnyPolicyTest4
    5 no InvalidinhibitAnyPolicyTest5
    6 no InvalidinhibitAnyPolicyTest6
    7 ok ValidSelfIssuedinhibitAnyPolicyTest7
    8 no InvalidSelfIssuedinhibitAnyPolicyTest8
    9 ok ValidSelfIssuedinhibitAnyPolicyTest9
    10 no InvalidSelfIssuedinhibitAnyPolicyTest10
  `,
  '4.13 Name Constraints': `
    1 ok ValidDNnameConstraintsTest1
    2 no InvalidDNnameConstraintsTest2
    3 no InvalidDNnameConstraintsTest3
    4 ok ValidDNnameConstraintsTest4
    5 ok ValidDNnameConstraintsTest5
    6 ok ValidDNnameConstraintsTest6
    7 no InvalidDNnameConstraintsTest7
    8 no InvalidDNnameConstraintsTest8
    9 no InvalidDNnameConstraintsTest9
    10 no InvalidDNnameConstraintsTest10
    11 ok ValidDNnameConstraintsTest11
    12 no InvalidDNnameConstraintsTest12
    13 no InvalidDNnameConstraintsTest13
    14 ok ValidDNnameConstraintsTest14
    15 no InvalidDNnameConstraintsTest15
    16 no InvalidDNnameConstraintsTest16
    17 no InvalidDNnameConstraintsTest17
    18 ok ValidDNnameConstraintsTest18
    19 ok ValidDNnameConstraintsTest19
    20 no InvalidDNnameConstraintsTest20
    21 ok ValidRFC822nameConstraintsTest21
    22 no InvalidRFC822nameConstraintsTest22
    23 ok ValidRFC822nameConstraintsTest23
    24 no InvalidRFC822nameConstraintsTest24
    25 ok ValidRFC822nameConstraintsTest25
    26 no InvalidRFC822nameConstraintsTest26
    27 ok ValidDNandRFC822nameConstraintsTest27
    28 no InvalidDNandRFC822nameConstraintsTest28
    29 no InvalidDNandRFC822nameConstraintsTest29
    30 ok ValidDNSnameConstraintsTest30
    31 no InvalidDNSnameConstraintsTest31
    32 ok ValidDNSnameConstraintsTest32
    33 no InvalidDNSnameConstraintsTest33
    34 ok ValidURInameConstraintsTest34
    35 no InvalidURInameConstraintsTest35
    36 ok ValidURInameConstraintsTest36
    37 no InvalidURInameConstraintsTest37
    38 no InvalidDNSnameConstraintsTest38
  `,
  '4.14 Distribution Points': `
    1 ok ValiddistributionPointTest1
    2 no InvaliddistributionPointTest2
    3 no InvaliddistributionPointTest3
    4 ok ValiddistributionPointTest4
    5 ok ValiddistributionPointTest5
    6 no InvaliddistributionPointTest6
    7 ok ValiddistributionPointTest7
    8 no InvaliddistributionPointTest8
    9 no InvaliddistributionPointTest9
    10 ok ValidNoissuingDistributionPointTest10
    11 no InvalidonlyContainsUserCertsTest11
    12 no InvalidonlyContainsCACertsTest12
    13 ok ValidonlyContainsCACertsTest13
    14 no InvalidonlyContainsAttributeCertsTest14
    15 no InvalidonlySomeReasonsTest15
    16 no InvalidonlySomeReasonsTest16
    17 no InvalidonlySomeReasonsTest17
    18 ok ValidonlySomeReasonsTest18
    19 ok ValidonlySomeReasonsTest19
    20 no InvalidonlySomeReasonsTest20
    21 no InvalidonlySomeReasonsTest21
    22 ok ValidIDPwithindirectCRLTest22
    23 no InvalidIDPwithindirectCRLTest23
    24 ok ValidIDPwithindirectCRLTest24
    25 ok ValidIDPwithindirectCRLTest25
    26 no InvalidIDPwithindirectCRLTest26
    27 no InvalidcRLIssuerTest27
    28 ok ValidcRLIssuerTest28
    29 ok ValidcRLIssuerTest29
    30 ok ValidcRLIssuerTest30
    31 no InvalidcRLIssuerTest31
    32 no InvalidcRLIssuerTest32
    33 ok ValidcRLIssuerTest33
    34 no InvalidcRLIssuerTest34
    35 no InvalidcRLIssuerTest35
  `,
  '4.15 Delta-CRLs': `
    1 no InvaliddeltaCRLIndicatorNoBaseTest1
    2 ok ValiddeltaCRLTest2
    3 no InvaliddeltaCRLTest3
    4 no InvaliddeltaCRLTest4
    5 ok ValiddeltaCRLTest5
    6 no InvaliddeltaCRLTest6
    7 ok ValiddeltaCRLTest7
    8 ok ValiddeltaCRLTest8
    9 no InvaliddeltaCRLTest9
    10 no InvaliddeltaCRLTest10
  `,
  '4.16 Private Certificate Extensions': `
    1 ok ValidUnknownNotCriticalCertificateExtensionTest1
    2 no InvalidUnknownCriticalCertificateExtensionTest2
  `,
} as const;
