/** Sizes of one deployment. */
export interface Profile {
  name: 'small' | 'large';
  /** availability zones of the subnets; a load balancer and a database want two at least */
  zones: number;
  /** zones in which interface endpoints stand: each costs by the hour */
  endpointZones: number;
  api: { cpu: number; memoryMb: number; least: number; most: number };
  worker: {
    cpu: number; memoryMb: number;
    /** jobs at once in a task */
    concurrency: number;
    /** memory of one job, MB */
    jobMemoryMb: number;
    most: number;
    /** of the running tasks, how many at least are not on Spot */
    onDemandBase: number;
    /** of each four further ones, how many are on Spot */
    spotOfFour: number;
  };
  /** what the autoscaler aims at: a task gets so much work, seconds */
  workSecondsPerTask: number;
  database: { instanceClass: string; instanceSize: string; storageGb: number; multiAz: boolean; backupDays: number };
  /** what is in buckets and logs goes after so long */
  retention: { jobDays: number; logDays: 30 | 90 };
  isProtected: boolean;
}

export const small: Profile = {
  name: 'small', zones: 2, endpointZones: 1,
  api: { cpu: 512, memoryMb: 1024, least: 1, most: 2 },
  worker: { cpu: 2048, memoryMb: 8192, concurrency: 1, jobMemoryMb: 6144, most: 10, onDemandBase: 0, spotOfFour: 3 },
  workSecondsPerTask: 900,
  database: { instanceClass: 't4g', instanceSize: 'micro', storageGb: 20, multiAz: false, backupDays: 7 },
  retention: { jobDays: 30, logDays: 30 },
  isProtected: true,
};

export const large: Profile = {
  name: 'large', zones: 3, endpointZones: 3,
  api: { cpu: 1024, memoryMb: 2048, least: 2, most: 6 },
  worker: { cpu: 4096, memoryMb: 16_384, concurrency: 1, jobMemoryMb: 14_336, most: 50, onDemandBase: 1, spotOfFour: 3 },
  workSecondsPerTask: 600,
  database: { instanceClass: 'm7g', instanceSize: 'large', storageGb: 100, multiAz: true, backupDays: 14 },
  retention: { jobDays: 30, logDays: 90 },
  isProtected: true,
};

export const profiles = { small, large } as const;
