/**
 * The codes that EVS answers with. Status and message are those of the API reference's appendix "Error Codes"; the codes
 * EVS.54xx and EVS.55xx say nothing but the HTTP status, and each has several messages there.
 */
export interface EvsCode {
  readonly status: number;
  /** What the appendix says, where it says one thing: our sentence follows it. */
  readonly message?: string;
}

export const publishedCodes = {
  'Common.0011': { status: 400, message: 'query job fail.' },
  'EVS.1003': { status: 400, message: 'invalid volume name!' },
  'EVS.1004': { status: 400, message: 'invalid volume description!' },
  'EVS.1005': { status: 400, message: 'size of metadata is too large!' },
  'EVS.1006': { status: 400, message: 'invalid backup id!' },
  'EVS.1007': { status: 400, message: 'volume name and description can not both be empty!' },
  'EVS.1010': { status: 400, message: 'invalid volume size!' },
  'EVS.1011': { status: 400, message: 'null extendVolumeReq!' },
  'EVS.1015': { status: 400, message: 'new volume Size must be greater than old Size!' },
  'EVS.1016': { status: 400, message: 'Invalid input received: May specify only one of imageRef, snapshot_id, backup_id!' },
  'EVS.1020': { status: 400, message: 'invalid volume type!' },
  'EVS.1021': { status: 400, message: 'the quantity of volume is invalid!' },
  'EVS.1023': { status: 400, message: 'invalid filter limit!' },
  'EVS.1024': { status: 400, message: 'invalid filter marker!' },
  'EVS.1027': { status: 403, message: 'user role is not allowed for this action!' },
  'EVS.1034': { status: 400, message: 'volume count exceeded volume count quota!' },
  'EVS.1036': { status: 400, message: 'invalid availability zone!' },
  'EVS.1039': { status: 400, message: 'invalid sort_key!' },
  'EVS.1040': { status: 400, message: 'invalid sort_dir!' },
  'EVS.1042': { status: 400, message: 'volume gigabytes exceeded volume gigabytes quota!' },
  'EVS.1046': { status: 400, message: 'volume status must be available, error, error_extending, error_restoring, error_rollbacking when delete volume!' },
  'EVS.1047': { status: 400, message: 'snapshot status must be available or error when delete snapshot!' },
  'EVS.1052': { status: 400, message: 'invalid http body!' },
  'EVS.1057': { status: 400, message: 'invalid hw:passthrough in metadata!' },
  'EVS.1058': { status: 400, message: 'invalid metadata filter!' },
  'EVS.1061': { status: 400, message: 'The Volume Tags is Exceed Max Limit Num.' },
  'EVS.1062': { status: 400, message: 'invalid tag!' },
  'EVS.1063': { status: 400, message: 'invalid full_clone in metadata!' },
  'EVS.1064': { status: 400, message: 'volume status must be available or in-use when extending!' },
  'EVS.2019': { status: 500, message: 'snapshot is error_deleting!' },
  'EVS.2020': { status: 500, message: 'volume is error_deleting!' },
  'EVS.2024': { status: 500, message: 'volume is error!' },
  'EVS.2026': { status: 500, message: 'volume is error_extending!' },
  'EVS.2041': { status: 400, message: 'The encrypt Param is invalid!' },
  'EVS.2043': { status: 400, message: 'The status of snapshot is not available or backing-up.' },
  'EVS.2046': { status: 400, message: 'invalid imageRef!' },
  'EVS.2130': { status: 400, message: 'Volume is backing-up, forbidden deleting!' },
  'EVS.5400': { status: 400 },
  'EVS.5401': { status: 401 },
  'EVS.5403': { status: 403 },
  'EVS.5404': { status: 404 },
  'EVS.5413': { status: 413 },
  'EVS.5500': { status: 500 },
  'EVS.5503': { status: 503 },
} as const satisfies Record<string, EvsCode>;

/** What no published code is known for. They follow the rule of the published ones: 5 and the HTTP status. */
export const ourCodes = {
  'EVS.5405': { status: 405 },
  'EVS.5415': { status: 415 },
  'EVS.5429': { status: 429 },
  'EVS.5431': { status: 431 },
} as const satisfies Record<string, EvsCode>;

const codes: Readonly<Record<keyof typeof publishedCodes | keyof typeof ourCodes, EvsCode>> = { ...publishedCodes, ...ourCodes };

export type EvsErrorCode = keyof typeof codes;

export function evsCode(code: EvsErrorCode): EvsCode {
  return codes[code];
}
